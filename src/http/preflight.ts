/** Whether a browser asks if a page from elsewhere may send a request (Fetch Standard §3.3.4). */
export const isPreflight = ({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method')
