import { Query, type Client, type Connection } from 'pg'

/** What of pg's connection carries COPY; missing in its types. */
type CopyConnection = Connection & {
  stream: NodeJS.WritableStream
  sendCopyFromChunk: (chunk: Buffer) => void
  endCopyFrom: () => void
}

/**
 * Sends rows (text format, one chunk of whole lines at a time) with `COPY ... FROM STDIN`, no faster than the
 * server takes them.
 */
export function copyIn(client: Client, sql: string, chunks: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new Query(sql, (error) => (error ? reject(error) : resolve()))
    const handleCopyInResponse = (connection: CopyConnection) => void pump(connection, chunks).catch(reject)
    client.query(Object.assign(query, { handleCopyInResponse }))
  })
}

async function pump(connection: CopyConnection, chunks: Iterable<string>): Promise<void> {
  const { stream } = connection
  for (const chunk of chunks) {
    connection.sendCopyFromChunk(Buffer.from(chunk))
    if ((stream as unknown as { writableNeedDrain: boolean }).writableNeedDrain)
      await new Promise((resolve) => stream.once('drain', resolve))
  }
  connection.endCopyFrom()
}
