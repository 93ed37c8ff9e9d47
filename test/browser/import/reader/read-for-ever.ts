import { JournalFileReader } from '../../../../src/browser/import/reader/file-reader.js';

const [, , path = ''] = process.argv;
await new JournalFileReader().check({ path, timeZone: 'America/Denver' }, () => console.log('reading'));
