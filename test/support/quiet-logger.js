import { Logger } from '@nestjs/common';

// Migrations and applications log to Nest's logger. A test that reads the log sets its own logger.
Logger.overrideLogger(false);
