/** A server-sent event. */
export interface SentEvent {
  type: string;
  data: unknown;
}

/** Yields the server-sent events of a response as they arrive. */
export async function* sentEvents({ body }: Response): AsyncGenerator<SentEvent> {
  if (body === null) throw new Error('the response has no body');
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, type] = /^event: (.*)$/m.exec(event) ?? [];
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      if (type !== undefined && data !== undefined) yield { type, data: JSON.parse(data) as unknown };
    }
  }
}
