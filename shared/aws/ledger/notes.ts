import type { Ledger, ResourceNote } from '../../flows/ports.ts';
import { type Resource, resourceFromArn, resourceId } from '../../model/resource.ts';
import type { ManagedBy } from '../../model/state.ts';
import { textOf } from './attributes.ts';
import type { Key, Table } from './table.ts';

type Notes = Pick<Ledger, 'readNote' | 'writeNote' | 'forget' | 'functionsOfRole'>;

const noteKey = (resource: Resource): Key => ({ pk: `RESOURCE#${resourceId(resource)}`, sk: 'NOTE' });
const roleKey = (roleArn: string, resource: Resource): Key => ({ pk: `ROLE#${roleArn}`, sk: resourceId(resource) });

/** What is remembered of a resource, and the index from a role to the functions that use it. */
export function makeNotes(table: Table): Notes {
  return {
    readNote: async (resource) => {
      const item = await table.get(noteKey(resource));
      if (!item) return undefined;
      const managedBy = textOf(item, 'managed_by');
      const aliases = textOf(item, 'aliases');
      return {
        resource,
        roleArn: textOf(item, 'role_arn') ?? null,
        createdAt: textOf(item, 'created_at') ?? null,
        managedBy: managedBy === undefined ? null : (JSON.parse(managedBy) as ManagedBy | null),
        ...(aliases === undefined ? {} : { aliases: JSON.parse(aliases) as NonNullable<ResourceNote['aliases']> }),
      } satisfies ResourceNote;
    },
    writeNote: (resource, note) => writeNote(table, resource, note),
    forget: async (resource) => {
      const removed = await table.remove(noteKey(resource));
      const roleArn = removed.ok ? textOf(removed.before, 'role_arn') : undefined;
      if (roleArn) await table.remove(roleKey(roleArn, resource));
    },
    functionsOfRole: async (roleArn) => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': `ROLE#${roleArn}` } });
      return items.flatMap((item) => functionFromArn(String(item.sk)) ?? []);
    },
  };
}

function functionFromArn(arn: string): Resource<'function'> | undefined {
  const resource = resourceFromArn(arn);
  return resource?.kind === 'function' ? { ...resource, kind: 'function' } : undefined;
}

/**
 * The new entry of the role index comes before the note and the old one goes after it: whenever this is cut off, the index names
 * a function too many, which readers confirm anyway, and never one too few.
 */
async function writeNote(table: Table, resource: Resource, note: Parameters<Ledger['writeNote']>[1]): Promise<void> {
  const fields: Record<string, string> = { ':kind': resource.kind };
  const sets = ['kind = :kind'];
  if (note.roleArn !== undefined) {
    fields[':role'] = note.roleArn;
    sets.push('role_arn = :role');
    await table.put({ ...roleKey(note.roleArn, resource), kind: resource.kind });
  }
  if (note.createdAt !== undefined) {
    fields[':created'] = note.createdAt;
    sets.push('created_at = :created');
  }
  if (note.managedBy !== undefined) {
    fields[':managed'] = JSON.stringify(note.managedBy);
    sets.push('managed_by = :managed');
  }
  if (note.aliases !== undefined) {
    fields[':aliases'] = JSON.stringify(note.aliases);
    sets.push('aliases = :aliases');
  }
  const written = await table.update(noteKey(resource), { text: `SET ${sets.join(', ')}`, values: fields });
  const former = written.ok ? textOf(written.before, 'role_arn') : undefined;
  if (former && note.roleArn !== undefined && former !== note.roleArn) await table.remove(roleKey(former, resource));
}
