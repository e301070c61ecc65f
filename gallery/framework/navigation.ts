// What components ask of the framework's router. Here nothing is fetched, and there is nowhere to go.

const nothing = () => undefined
const router = {
  refresh: nothing,
  replace: nothing,
  push: nothing,
  back: nothing,
  forward: nothing,
  prefetch: nothing,
}

export const useRouter = () => router
export const usePathname = () => '/clubs/demo/keys'
export const useSearchParams = () => new URLSearchParams()
