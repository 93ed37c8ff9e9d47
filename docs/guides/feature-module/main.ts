import { NestFactory } from '@nestjs/core';
import { loadEnvFile } from 'trading-journal-database';
import { AppModule } from './app.module.js';
import { serveDocument } from './openapi.js';

// Reads `.env` of the working directory. Variables that are set keep their values.
loadEnvFile();
const app = await NestFactory.create(AppModule);
// Closes the connection pool on SIGTERM.
app.enableShutdownHooks();
serveDocument(app);
await app.listen(process.env['PORT'] ?? 3000);
