import { FileReader } from '../../../../src/browser/import/reader/file-reader.js';

const [, , path = ''] = process.argv;
await new FileReader().check({ path, timeZone: 'America/Denver' }, () => console.log('reading'));
