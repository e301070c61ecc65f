import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../__tests__/support/server'
import { temporaryFolder } from '../../__tests__/support/temporary'

export type Proxy = { port: number; stop: () => Promise<void> }

const START_PATIENCE_MS = 10_000

/**
 * nginx before several processes, configured as docs/runbook.md says.
 * @param lines further directives, such as those that name the client
 */
export async function startNginx(
  ports: readonly number[],
  lines = 'proxy_set_header X-Forwarded-For $remote_addr;',
): Promise<Proxy> {
  const folder = temporaryFolder()
  const port = await freePort()
  const file = path.join(folder, 'nginx.conf')
  mkdirSync(path.join(folder, 'temp'))
  writeFileSync(file, configuration(folder, port, ports, lines))
  const child = spawn('nginx', ['-c', file, '-p', folder], {
    // Debian keeps it where only root looks.
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const failed = once(child, 'error').then(([error]) => {
    throw error as Error
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    rmSync(folder, { recursive: true, force: true })
  }
  await Promise.race([untilListening(port), failed]).catch(async (error: unknown) => {
    const said = readFileSync(path.join(folder, 'error.log'), { encoding: 'utf8', flag: 'a+' })
    await stop()
    throw new Error(`nginx did not start: ${said}`, { cause: error })
  })
  return { port, stop }
}

/** A GET whose process ends meanwhile is sent to the next one; a POST only if it was not sent yet. */
const configuration = (folder: string, port: number, ports: readonly number[], lines: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/temp/body;
  proxy_temp_path ${folder}/temp/proxy;
  fastcgi_temp_path ${folder}/temp/fastcgi;
  uwsgi_temp_path ${folder}/temp/uwsgi;
  scgi_temp_path ${folder}/temp/scgi;
  upstream clubkeys {
    ${ports.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`).join('\n    ')}
    keepalive 32;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://clubkeys;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      ${lines}
      proxy_connect_timeout 1s;
      proxy_next_upstream error timeout;
    }
  }
}
`

export async function untilListening(port: number): Promise<void> {
  for (const until = Date.now() + START_PATIENCE_MS; ; await sleep(20)) {
    try {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.destroy()
      return
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}
