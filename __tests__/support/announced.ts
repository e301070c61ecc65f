import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

const CHANNEL = 'clubkeys_changes'

/** Two connections to a database, as its owner: one does, the other hears what is announced. */
export class Announced {
  readonly client: Client
  #listener: Client
  #heard: string[] = []

  constructor(directUrl: string) {
    const connect = () => new Client(directUrl)
    this.client = connect()
    this.#listener = connect()
    for (const client of [this.client, this.#listener]) client.on('error', () => {}) // The database may be dropped before.
    this.#listener.on('notification', ({ payload = '' }) => this.#heard.push(payload))
  }

  async open(): Promise<this> {
    await this.client.connect()
    await this.#listener.connect()
    await this.#listener.query(`LISTEN ${CHANNEL}`)
    return this
  }

  async close(): Promise<void> {
    await Promise.all([this.client, this.#listener].map((client) => client.end().catch(() => {})))
  }

  /** Each payload that these statements, as one transaction, announce; ids of a payload in order. */
  async of(sql: string): Promise<string[]> {
    await this.since() // What others did before.
    await this.client.query(`BEGIN; ${sql}; COMMIT`)
    return this.since()
  }

  /** What was announced since the last question. */
  async since(): Promise<string[]> {
    const last = randomUUID()
    await this.client.query(`SELECT pg_notify('${CHANNEL}', $1)`, [last])
    while (!this.#heard.includes(last)) await this.#listener.query('SELECT')
    const heard = this.#heard.filter((payload) => payload !== last)
    this.#heard = []
    return heard.map((payload) => payload.split(',').sort().join())
  }
}
