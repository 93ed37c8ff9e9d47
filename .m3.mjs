import 'reflect-metadata';
const { FileReader } = await import('./dist/src/browser/import/reader/file-reader.js');
const r = new FileReader({filesPerProcess: 9});
const f = await r.check({path:'test/fixtures/options-tracker.db', timeZone:'America/Denver'}); f.close(); console.log('closed');
const t=Date.now(); process.on('exit',()=>console.log('exit after', Date.now()-t));
