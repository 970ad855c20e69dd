import { startMemberCloud } from './cloud/member-cloud.ts';
import { describeReadings } from './readings.ts';

describeReadings('the local cloud', startMemberCloud, ({ notOnLocalCloud = {} }) => notOnLocalCloud);
