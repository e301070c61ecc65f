// Sends requests to a server on this machine, all at once, each on a connection of its own. A process of its
// own, so that it reads each answer when it comes. Reads `{ port, requests: [{ method, path, headers }] }`;
// prints `first` when the first answer is there, and in the end what each was answered with, and when.
import { request } from 'node:http'

let text = ''
for await (const piece of process.stdin) text += piece
const { port, requests } = JSON.parse(text)
const answers = []
const note = (status) => {
  if (answers.length === 0) process.stdout.write('first\n')
  answers.push({ status, at: Date.now() })
}
const send = ({ method, path, headers }) =>
  new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', agent: false, method, path, headers }, (response) => {
      note(response.statusCode)
      response.resume().on('end', resolve)
    })
    call.on('error', () => {
      note(0)
      resolve()
    })
    call.end()
  })
await Promise.all(requests.map(send))
process.stdout.write(JSON.stringify(answers))
