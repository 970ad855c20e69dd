import { describeEveryStep, SCENARIOS } from '../shared/aws/steps/every-step.ts';
import { startMoto } from './start-moto.ts';

describeEveryStep('moto', startMoto, SCENARIOS, ({ notOnMoto }) => notOnMoto !== undefined);
