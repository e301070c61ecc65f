import '@/club-app'
import { gitleaksRules, trufflehogRules } from '@/lib/leaks/detection-rules'
import { settings } from '@/lib/settings'

// What finds this installation's tokens: `npm run -s leak-rules -- gitleaks` or `trufflehog`, by API_KEY_BRAND.
const RULES: Record<string, (brand: string) => string> = {
  gitleaks: gitleaksRules,
  trufflehog: trufflehogRules,
}

const [scanner = ''] = process.argv.slice(2)
const rules = RULES[scanner]
if (rules) process.stdout.write(rules(settings().brand))
else {
  process.stderr.write(`usage: npm run -s leak-rules -- ${Object.keys(RULES).join(' | ')}\n`)
  process.exitCode = 2
}
