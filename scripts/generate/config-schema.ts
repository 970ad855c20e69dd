import * as z from 'zod/mini';
import { configSchema } from '../../shared/config/schema.ts';

/** docs/cinch.schema.json: what an editor needs to complete and check cinch.yaml. */
export function configSchemaJson(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'Configuration of Cinch (cinch.yaml)', ...schema }, null, 2)}\n`;
}
