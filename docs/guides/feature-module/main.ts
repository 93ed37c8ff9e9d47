import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
// So that the pool is closed when the process is asked to end.
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000);
