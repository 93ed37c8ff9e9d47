import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { serveDocument } from './openapi.js';

const app = await NestFactory.create(AppModule);
// Closes the connection pool on SIGTERM.
app.enableShutdownHooks();
serveDocument(app);
await app.listen(process.env['PORT'] ?? 3000);
