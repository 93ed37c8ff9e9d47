/** A text replacement in all files of pg's `lib`, or in one of them. */
export interface Edit {
  file?: 'client.js' | 'connection.js' | 'query.js' | 'index.js';
  from: string | RegExp;
  to: string;
}

/** A possible change of an undocumented member in a future release of pg. */
export interface Change {
  /** A key of `privateMembers`. */
  member: string;
  how: string;
  edits: readonly Edit[];
  outcome: 'fast' | 'plain' | 'refused';
}

/** The names of the variables in pg's source that hold the owners of the members. */
const owners: Readonly<Record<string, string>> = {
  client: 'this',
  connection: 'this|self|con|connection',
  query: 'activeQuery|query|config',
};

/** The member has another name. */
export function renamed(member: string): Change {
  const [owner = '', name = ''] = member.split('.');
  const from = new RegExp(`(?<=\\b(${owners[owner]})\\.|^  )${name}\\b`, 'gm');
  return { member, how: 'renamed', edits: [{ from, to: `${name}OfPg9` }], outcome: 'plain' };
}

/** pg removes the member and keeps its value under a private symbol. */
export function removed(member: string): Change {
  const [owner = '', name = ''] = member.split('.');
  const from = new RegExp(`((?<=\\b(${owners[owner]}))\\.|(?<=^  ))${name}\\b`, 'gm');
  return { member, how: 'removed', edits: [{ from, to: `[Symbol.for('pg.${name}')]` }], outcome: 'plain' };
}

/** pg no longer calls this method of a query and fails itself. */
export function dropped(name: string, outcome: Change['outcome']): Change {
  const edits: Edit[] = [
    { file: 'client.js', from: new RegExp(`activeQuery\\.${name}\\(.*\\)`), to: 'null' },
    { file: 'query.js', from: new RegExp(`^  ${name}(?=\\()`, 'm'), to: '  dropped' },
  ];
  return { member: `query.${name}`, how: 'dropped', edits, outcome };
}

const readsByItself: Edit = {
  file: 'connection.js',
  from: 'return this.attachListeners(this.stream)',
  to: `return parse(this.stream, (msg) => this.emit(msg.name === 'error' ? 'errorMessage' : msg.name, msg))`,
};

/** Moves the socket to another member, and assigns another value to `stream`. */
function streamBecomes(value: string): Edit[] {
  return [
    { from: /(?<=\b(this|self|con|connection)\.)stream\b/g, to: '_socket' },
    { file: 'connection.js', from: 'this._keepAlive =', to: `this.stream = ${value}\n    this._keepAlive =` },
  ];
}

/** Moves the connection to another member, and makes `connection` a getter. */
function connectionBecomes(value: string): Edit[] {
  return [
    { file: 'client.js', from: /(?<=\bthis\.)connection\b/g, to: '_con' },
    {
      file: 'client.js',
      from: '  get activeQuery() {',
      to: `  get connection() {\n    return ${value}\n  }\n\n  get activeQuery() {`,
    },
  ];
}

const inClient = (from: string, to: string): Edit => ({ file: 'client.js', from, to });
const inConnection = (from: string, to: string): Edit => ({ file: 'connection.js', from, to });
const inQuery = (from: string, to: string): Edit => ({ file: 'query.js', from, to });

/** Changes that keep the name of a member and alter its behaviour. */
export const changes: readonly Change[] = [
  dropped('submit', 'refused'),
  {
    member: 'client.connection',
    how: 'is a getter',
    edits: connectionBecomes('this._con'),
    outcome: 'fast',
  },
  {
    member: 'client.connection',
    how: 'is another object at each access',
    edits: connectionBecomes('Object.create(this._con)'),
    outcome: 'plain',
  },
  {
    member: 'client.connection',
    how: 'is an object that shows nothing',
    edits: connectionBecomes('Object.freeze({})'),
    outcome: 'plain',
  },
  {
    member: 'client.connection',
    how: 'is made by connect()',
    edits: connectionBecomes('this._connecting || this._connected ? this._con : undefined'),
    outcome: 'plain',
  },
  {
    member: 'connection.stream',
    how: 'is wrapped in an object',
    edits: streamBecomes('{ socket: this._socket }'),
    outcome: 'plain',
  },
  {
    member: 'connection.stream',
    how: 'takes messages instead of bytes',
    edits: streamBecomes('{ writable: true, write: ({ bytes }) => this._socket.write(Buffer.from(bytes)) }'),
    outcome: 'plain',
  },
  {
    member: 'connection.stream',
    how: 'does not send what is written',
    edits: streamBecomes('{ writable: true, write: () => true }'),
    outcome: 'plain',
  },
  {
    member: 'connection.stream',
    how: 'sends half of what is written',
    edits: streamBecomes(
      '{ writable: true, write: (bytes) => this._socket.write(bytes.subarray(0, bytes.length >> 1)) }',
    ),
    outcome: 'plain',
  },
  {
    member: 'connection.attachListeners',
    how: 'is not called any more',
    edits: [readsByItself],
    outcome: 'plain',
  },
  {
    member: 'connection.attachListeners',
    how: 'is called with an object around the stream',
    edits: [
      {
        file: 'connection.js',
        from: /attachListeners\(((this|self)\.stream)\)/g,
        to: 'attachListeners({ stream: $1 })',
      },
      inConnection('attachListeners(stream) {', 'attachListeners({ stream }) {'),
    ],
    outcome: 'plain',
  },
  {
    member: 'connection.attachListeners',
    how: 'reads by another event',
    edits: [
      inConnection(
        'attachListeners(stream) {\n    parse(stream,',
        `attachListeners(stream) {
    const source = new EventEmitter()
    stream.on('readable', () => {
      for (let chunk; (chunk = stream.read()) !== null; ) source.emit('data', chunk)
    })
    parse(source,`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'connection.attachListeners',
    how: 'reads by an asynchronous iterator',
    edits: [
      inConnection(
        '  attachListeners(stream) {',
        `  async attachListeners(socket) {
    const stream = new EventEmitter()`,
      ),
      inConnection(
        'this.emit(eventName, msg)\n    })',
        `this.emit(eventName, msg)
    })
    try {
      for await (const chunk of socket) stream.emit('data', chunk)
    } catch {}`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.submit',
    how: 'is not called for an object that is not of pg',
    edits: [inClient(`if (typeof config.submit === 'function') {`, 'if (config instanceof Query) {')],
    outcome: 'plain',
  },
  {
    member: 'query.submit',
    how: 'is called with the client',
    edits: [
      inClient('activeQuery.submit(this.connection)', 'activeQuery.submit(this)'),
      inQuery('submit(connection) {', 'submit({ connection }) {'),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.submit',
    how: 'is called with another object than `client.connection`',
    edits: [
      inClient('activeQuery.submit(this.connection)', 'activeQuery.submit(Object.create(this.connection))'),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.submit',
    how: 'is called later',
    edits: [
      {
        file: 'client.js',
        from: /const queryError = activeQuery\.submit\(this\.connection\)[\s\S]*?\n {8}\}/,
        to: 'setImmediate(() => {\n$&\n})',
      },
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleReadyForQuery',
    how: 'is called before the rows',
    edits: [
      inClient(
        '_handleParseComplete() {\n    const activeQuery = this._getActiveQuery()',
        `_handleParseComplete() {
    const activeQuery = this._getActiveQuery()
    if (activeQuery && !(activeQuery instanceof Query)) activeQuery.handleReadyForQuery(this.connection)`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleReadyForQuery',
    how: 'is called after an error, too',
    edits: [
      inClient('    this._activeQuery = null\n    if (activeQuery.name) {', '    if (activeQuery.name) {'),
      inQuery('handleReadyForQuery(con) {', 'handleReadyForQuery(con) {\n    if (this._failed) return'),
      inQuery('handleError(err, connection) {', 'handleError(err, connection) {\n    this._failed = true'),
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleReadyForQuery',
    how: 'is called without the connection',
    edits: [
      inClient('activeQuery.handleReadyForQuery(this.connection)', 'activeQuery.handleReadyForQuery()'),
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleReadyForQuery',
    how: 'is called later',
    edits: [
      inClient(
        'activeQuery.handleReadyForQuery(this.connection)',
        'setImmediate(() => activeQuery.handleReadyForQuery(this.connection))',
      ),
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleReadyForQuery',
    how: 'gives way to another method, and stays in the class',
    edits: [
      inClient('activeQuery.handleReadyForQuery(', 'activeQuery.handleIdle('),
      inQuery(
        'handleReadyForQuery(con) {',
        'handleIdle(con) {\n    this.handleReadyForQuery(con)\n  }\n\n  handleReadyForQuery(con) {',
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleError',
    how: 'is called twice',
    edits: [
      inClient(
        '    activeQuery.handleError(msg, this.connection)\n  }',
        `    activeQuery.handleError(msg, this.connection)
    if (!(activeQuery instanceof Query)) activeQuery.handleError(msg, this.connection)
  }`,
      ),
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleError',
    how: 'is not called for a named statement',
    edits: [
      inClient(
        '    activeQuery.handleError(msg, this.connection)\n  }',
        `    if (!activeQuery.name || activeQuery instanceof Query) activeQuery.handleError(msg, this.connection)
  }`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleError',
    how: 'is not called, but handleReadyForQuery',
    edits: [
      inClient(
        '    this._activeQuery = null\n    if (activeQuery.name) {',
        `    if (!(activeQuery instanceof Query)) return
    this._activeQuery = null
    if (activeQuery.name) {`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleError',
    how: 'is called without the connection',
    edits: [
      {
        file: 'client.js',
        from: /uery\.handleError\((\w+), this\.connection\)/g,
        to: 'uery.handleError($1)',
      },
    ],
    outcome: 'fast',
  },
  {
    member: 'query.handleError',
    how: 'is called with the connection first',
    edits: [
      {
        file: 'client.js',
        from: /uery\.handleError\((\w+), this\.connection\)/g,
        to: 'uery.handleError(this.connection, $1)',
      },
      inQuery('handleError(err, connection) {', 'handleError(connection, err) {'),
      {
        file: 'query.js',
        from: /handleError\((err|this\._canceledDueToError), (con|connection)\)\n/g,
        to: 'handleError($2, $1)\n',
      },
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleError',
    how: 'is called with an object that is no Error',
    edits: [
      inClient(
        '    activeQuery.handleError(msg, this.connection)\n  }',
        `    activeQuery.handleError(activeQuery instanceof Query ? msg : { ...msg }, this.connection)
  }`,
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.handleError',
    how: 'has a neighbour that pg calls, too',
    edits: [
      inClient(
        '_handleParseComplete() {\n    const activeQuery = this._getActiveQuery()',
        '_handleParseComplete() {\n    const activeQuery = this._getActiveQuery()\n    activeQuery.handleParseComplete()',
      ),
      inQuery(
        'handleError(err, connection) {',
        'handleParseComplete() {}\n\n  handleError(err, connection) {',
      ),
    ],
    outcome: 'plain',
  },
  {
    member: 'query.submit',
    how: 'belongs to a class that is not public any more',
    edits: [
      { file: 'index.js', from: '  this.Query = this.Client.Query\n', to: '' },
      inClient('Client.Query = Query\n', ''),
    ],
    outcome: 'plain',
  },
];
