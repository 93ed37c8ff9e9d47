import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeFileSync, existsSync, openSync, writeSync, closeSync, readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
const { startTestServer } = await import('./dist/src/testing/test-server.js');
const { createTestDatabase } = await import('./dist/src/testing/test-database.js');
const { DatabaseModule } = await import('./dist/src/database/database.module.js');
const { JournalImportModule } = await import('./dist/src/browser/import/journal-import.module.js');
const { JournalImportService } = await import('./dist/src/browser/import/journal-import.service.js');
const { legacyDatabase } = await import('./dist/src/browser/testing/legacy-database-builder.js');
const { legacySchema } = await import('./dist/src/browser/format/legacy-schema.js');
const dir='/tmp/read-big/';
const entry = (i, more={}) => ({ id:`e-${i}`, ts:'2025-03-04T15:30:00.000Z', account_id:'acct-1', symbol:'AAPL', type:'fee', qty:null, amount:-0.65, strike:null, expiration:null, underlying_price:null, notes:null, meta:'{}', created_at:'2025-03-04 15:30:01', updated_at:'2025-03-04 15:30:01', ...more });
const make = async (name, fn) => { if (!existsSync(dir+name)) await fn(dir+name); };
const stream = (path, head, piece, n, tail) => { const fd=openSync(path,'w'); writeSync(fd, head); let buf=''; for (let i=0;i<n;i++){ buf+=piece(i); if (buf.length>1e6){writeSync(fd,buf);buf='';} } writeSync(fd,buf+tail); closeSync(fd); };
await make('rows256.json', (p)=> stream(p,'{"accounts":[{"id":"acct-1","name":"P"}],"journal":[', (i)=>(i?',':'')+JSON.stringify(entry(i)), 830000, ']}'));
await make('honest256.json', (p)=> stream(p,'{"accounts":[{"id":"acct-1","name":"P"}],"journal":[', (i)=>(i?',':'')+JSON.stringify(entry(i,{notes:'x'.repeat(4000)})), 62000, ']}'));
await make('string256.json', (p)=> stream(p,'{"journal":["', ()=>'x'.repeat(1048576), 255, '"]}'));
await make('nested256.json', (p)=> stream(p,"{\"journal\":[", ()=>"[],".repeat(100000), 850, "[]]}"));
await make('empty150.ndjson', (p)=> stream(p,'{"export":{"format":"trading-journal","accounts":0,"entries":0}}\n', ()=>'\n'.repeat(1e6), 150, ''));
await make('empty150.json', (p)=> stream(p,'{"journal":[', ()=>'\n'.repeat(1e6), 150, ''));
await make('empty150.txt', (p)=> stream(p,'', ()=>'\n'.repeat(1e6), 150, ''));
await make('side60000.db', async (p)=> writeFileSync(p, await legacyDatabase((db)=>{ for (const s of legacySchema({audit:true,tickerMinStrikes:true})) db.run(s); db.run('BEGIN'); db.insert('accounts',{id:'acct-1',name:'P'}); db.run('CREATE TABLE journal_exact_decimals (entry_id, column_name, value)'); for (let i=0;i<60000;i++) db.insert('journal_exact_decimals',{entry_id:'e-1',column_name:'amount',value:'-0.65'}); for (let i=0;i<60000;i++) db.insert('journal', entry(i)); db.run('COMMIT');})));
await make('honest256.db', async (p)=> writeFileSync(p, await legacyDatabase((db)=>{ for (const s of legacySchema({audit:true,tickerMinStrikes:true})) db.run(s); db.run('BEGIN'); db.insert('accounts',{id:'acct-1',name:'P'}); for (let i=0;i<61000;i++) db.insert('journal', entry(i,{notes:'x'.repeat(3900)})); db.run('COMMIT');})));
await make('honest256.txt', async (p)=> writeFileSync(p, readFileSync(dir+'honest256.db').toString('base64')));
const server = await startTestServer(); const database = await createTestDatabase();
const app = await NestFactory.createApplicationContext({ module: class M {}, imports:[DatabaseModule.forRootAsync({useFactory:()=>database.settings}), JournalImportModule] }, {logger:['error']});
const importer = app.get(JournalImportService);
const files = process.argv.slice(2);
let n=0;
{ const h = monitorEventLoopDelay({resolution:1}); h.enable(); await new Promise(r=>setTimeout(r,8000)); h.disable(); console.log('idle 8 s: max delay', (h.max/1e6).toFixed(1), 'p99.9', (h.percentile(99.9)/1e6).toFixed(1)); }
for (const file of files) {
  n++;
  const idle = process.memoryUsage.rss(); let peak=0; const iv=setInterval(()=>{peak=Math.max(peak,process.memoryUsage.rss())},50);
  const h = monitorEventLoopDelay({resolution:1}); h.enable(); const t=performance.now(); let out;
  try { const r = await importer.import({file, email:`u${n}@example.com`, createUser:true, timeZone:'America/Denver'}); out='imported '+r.entries.inserted+' '+r.verification.matches; } catch (e) { out=(e.code??'')+' '+e.message.slice(0,230); }
  h.disable(); clearInterval(iv);
  console.log(`${file.split('/').pop().padEnd(18)} ${((performance.now()-t)/1000).toFixed(1).padStart(6)} s  max delay ${(h.max/1e6).toFixed(1)} ms p99 ${(h.percentile(99)/1e6).toFixed(1)} parent +${((peak-idle)/1048576).toFixed()} MiB  ${out}`);
}
await app.close(); await database.drop(); await server.stop();
