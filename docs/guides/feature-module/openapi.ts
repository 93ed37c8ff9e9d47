import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { journalSchemas } from 'trading-journal-database/openapi';

/** The OpenAPI document of the application, with the schemas of this package. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('Trading journal').addBearerAuth().build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...document.components?.schemas, ...journalSchemas() };
  return { ...document, components: { ...document.components, schemas } };
}

/** Serves the document at `/docs`, and as JSON at `/docs-json`. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app));
}
