/** The program of the reader process. The tests replace this module: they compile the program. */
export function readerProgram(): URL | Promise<URL> {
  return new URL('./main.js', import.meta.url);
}
