import { describeReadings } from '../shared/aws/readings.ts';
import { startMoto } from './start-moto.ts';

describeReadings('moto', startMoto, ({ notOnMoto = {} }) => notOnMoto);
