import { caller } from '@/contracts/whoami'
import { methods, route } from '@/http/route'
import { whoAmI } from '@/lib/auth/who-am-i'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(caller.operations.whoami, ({ actor }) => whoAmI(actor)),
})
