import { Client } from 'pg'
import { asRoleOf, faultOf, schemaOf, userOf } from '@/lib/db/address'

const SECRET = 'hunter2'

describe('addresses that the driver takes', () => {
  it.each([
    [
      'postgresql://web:hunter2@db/clubkeys',
      { user: 'web', password: SECRET, host: 'db', database: 'clubkeys' },
    ],
    ['postgres://web:hunter2@db:6432/clubkeys', { port: 6432 }],
    [
      'postgresql://web:hunter2@/clubkeys?host=/run/postgresql',
      { host: '/run/postgresql', user: 'web', database: 'clubkeys' },
    ],
    ['postgresql:///clubkeys?host=/run/postgresql&user=web', { host: '/run/postgresql', user: 'web' }],
    ['postgresql://web@%2Frun%2Fpostgresql/clubkeys', { host: '/run/postgresql', database: 'clubkeys' }],
    ['postgresql://web:a%23b%40c%2Fd%3Ae%25@db/clubkeys', { password: 'a#b@c/d:e%' }],
    ['postgresql://web:50%@db/clubkeys', { password: '50%' }],
    ['postgresql://web:hunter2@[::1]:5432/clubkeys', { host: '::1' }],
    ['postgresql://web:hunter2@db/clubkeys?sslmode=no-verify', { host: 'db' }],
    ['postgresql://web:hunter2@db/clubkeys?schema=clubs', { database: 'clubkeys' }],
  ])('%s', (url, expected) => {
    expect(faultOf(url)).toBeNull()
    expect(new Client({ connectionString: url })).toMatchObject(expected)
    // Another role at the same place, and the same role again.
    const other = asRoleOf(url, 'postgresql://someone:p%40ss%2Fw%23rd@elsewhere/else')
    expect(faultOf(other)).toBeNull()
    const { host, port, database } = new Client({ connectionString: url })
    expect(new Client({ connectionString: other })).toMatchObject({
      host,
      port,
      database,
      user: 'someone',
      password: 'p@ss/w#rd',
    })
    expect(userOf(other)).toBe('someone')
    expect(schemaOf(other)).toBe(schemaOf(url))
  })
})

describe('addresses that are refused, in a sentence without any part of them', () => {
  it.each([
    ['mysql://web:hunter2@db/clubkeys', /postgresql:\/\//],
    ['postgresql://web:hunter2#x@db/clubkeys', /%23/],
    ['postgresql://web:12#hunter2@db/clubkeys', /%23/],
    ['postgresql://web:12/hunter2@db/clubkeys', /%2F/],
    ['postgresql://web:12?hunter2@db/clubkeys', /%2F/],
    ['postgresql://web:hunter2/x@db/clubkeys', /%2F/],
    ['postgresql://web:hunter2@db:port/clubkeys', /cannot be read/],
    ['postgresql://web:hunter2%E9@db/clubkeys', /cannot be read/],
    ['postgresql://web:hunter2@one,two/clubkeys', /several hosts/],
    ['postgresql://web:hunter2@one:5432,two:5433/clubkeys', /several hosts/],
    ['postgresql://web:hunter2@/clubkeys?host=one,two', /several hosts/],
    ['postgresql://web:hunter2@db/clubkeys?sslmode=verify-full&sslrootcert=/no/such/hunter2', /sslrootcert/],
    // A file that is there, and no certificate.
    ['postgresql://web:hunter2@db/clubkeys?sslmode=verify-full&sslrootcert=package.json', /sslrootcert/],
    ['postgresql://web:hunter2@db/clubkeys?sslcert=package.json&sslkey=package.json', /sslcert/],
    ['postgresql://web:hunter2@db/clubkeys?uselibpqcompat=true&sslmode=verify-ca', /sslrootcert/],
    ['postgresql://web:hunter2@db/clubkeys?schema=pg_catalog', /schema/],
    ['postgresql://web:hunter2@db/clubkeys?schema=a%22b', /schema/],
  ])('%s', (url, reason) => {
    const fault = faultOf(url)
    expect(fault).toMatch(reason)
    expect(fault).not.toContain(SECRET)
    expect(fault).not.toMatch(/\bweb\b|clubkeys|543|pg_cat/)
  })
})
