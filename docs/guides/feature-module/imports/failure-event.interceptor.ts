import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, MessageEvent, NestInterceptor } from '@nestjs/common';
import { catchError, of, ReplaySubject } from 'rxjs';
import type { Observable } from 'rxjs';
import { answerTo } from '../journal-error.filter.js';

/**
 * Sends an error as the last event. Filters cannot answer: the status of the response is sent
 * before the form is read.
 */
@Injectable()
export class FailureEventInterceptor implements NestInterceptor<MessageEvent, MessageEvent> {
  intercept(_: ExecutionContext, next: CallHandler<MessageEvent>): Observable<MessageEvent> {
    // Nest ends its subscription when the client disconnects. This subscription goes on: without it
    // the handler does not get an upload that is complete later, and nothing removes the file.
    const events = new ReplaySubject<MessageEvent>();
    next
      .handle()
      .pipe(catchError((error: unknown) => of({ type: 'failure', data: answerTo(error) })))
      .subscribe(events);
    return events;
  }
}
