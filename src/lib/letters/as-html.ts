import type { Block, Letter } from './letter'
import { markup, Markup } from './markup'

// The colours of the pages, in both themes. Styles stand in the elements, since some readers drop all others;
// only those of the dark theme cannot.
const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
/** A name may be one long word. */
const BREAKS = 'overflow-wrap:anywhere;word-break:break-word'
const TEXT = `${FONT};${BREAKS};font-size:16px;line-height:24px;color:#191a1c;margin:0 0 16px`
const QUIET = `${FONT};${BREAKS};font-size:14px;line-height:21px;color:#5c5d61;margin:0 0 12px`
const STYLE = new Markup(`
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #111214 !important; }
  .card { background: #18191c !important; border-color: #2d2f35 !important; }
  .ink { color: #ececea !important; }
  .quiet { color: #a3a6ad !important; }
  .rule { border-color: #2d2f35 !important; }
  .button { background: #aab0ff !important; color: #14152b !important; }
  .link { color: #aab0ff !important; }
}
@media (max-width: 600px) {
  .outer { padding: 0 !important; }
  .card { border: 0 !important; border-radius: 0 !important; padding: 28px 20px !important; }
}
`)

/** A letter as one narrow column: no picture, no script, nothing that is loaded from anywhere. */
export function asHtml({ subject, title, body, reason, endings }: Letter): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${subject}</title>
<style>${STYLE}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#fbfbfa">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background:#fbfbfa">
<tr><td align="center" class="outer" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">
<tr><td class="card" style="background:#ffffff;border:1px solid #e2e2de;border-radius:12px;padding:32px;text-align:left">
<h1 class="ink" style="${`${FONT};${BREAKS};font-size:20px;line-height:28px;letter-spacing:-0.01em;font-weight:600;color:#191a1c;margin:0 0 16px`}">${title}</h1>
${body.map(block)}
<div class="rule quiet" style="${`${QUIET};border-top:1px solid #e2e2de;margin:24px 0 0;padding-top:16px;font-size:13px;line-height:20px`}">${reason}${foot(endings)}</div>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`.html
}

function foot(endings: Letter['endings']): Markup {
  if (!endings) return markup``
  return markup`<br><a class="link" href="${endings.unsubscribe}" style="color:#3a3fc4">Stop mails about ${endings.kind}</a> · <a class="link" href="${endings.settings}" style="color:#3a3fc4">Which mails you get</a>`
}

function block(one: Block): Markup {
  if (one.is === 'text') return markup`<p class="ink" style="${TEXT}">${one.text}</p>\n`
  if (one.is === 'action') return button(one)
  if (one.is === 'list') return list(one)
  if (!one.href) return markup`<p class="quiet" style="${QUIET}">${one.text}</p>\n`
  return markup`<p class="quiet" style="${QUIET}">${one.text} <a class="link" href="${one.href}" style="color:#3a3fc4;word-break:break-all">${one.href}</a></p>\n`
}

/** The address stands below it: some readers show no buttons, and careful people read where one leads. */
const button = ({
  label,
  href,
}: Extract<
  Block,
  { is: 'action' }
>): Markup => markup`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px"><tr><td class="button" style="background:#3a3fc4;border-radius:8px">
<a class="button" href="${href}" style="${`${FONT};display:inline-block;padding:11px 18px;font-size:15px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:8px`}">${label}</a>
</td></tr></table>
<p class="quiet" style="${`${QUIET};font-size:13px;line-height:19px`}"><a class="link" href="${href}" style="color:#3a3fc4;word-break:break-all">${href}</a></p>
`

const list = ({
  items,
  more,
}: Extract<
  Block,
  { is: 'list' }
>): Markup => markup`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px">
${items.map(({ name, about }) => markup`<tr><td class="rule" style="border-top:1px solid #e2e2de;padding:10px 0"><div class="ink" style="${`${FONT};font-size:15px;line-height:22px;font-weight:600;color:#191a1c;word-break:break-word`}">${name}</div><div class="quiet" style="${`${FONT};font-size:14px;line-height:21px;color:#5c5d61`}">${about}</div></td></tr>\n`)}
${more > 0 ? markup`<tr><td class="rule quiet" style="${`${QUIET};border-top:1px solid #e2e2de;padding:10px 0 0`}">... and ${String(more)} more.</td></tr>\n` : ''}</table>
`
