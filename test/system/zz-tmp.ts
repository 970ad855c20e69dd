import { startSystem } from '../../local/system.ts';
const t = Date.now();
const s = await startSystem({ log: (l) => console.log(((Date.now()-t)/1000).toFixed(1), l) });
console.log('up', ((Date.now()-t)/1000).toFixed(1), s.cloud.endpoint);
await s.stop();
