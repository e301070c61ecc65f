import { tokenPattern } from '../auth/token'

// Both speak RE2, which Go has: no lookaround, no backreference. Nothing is asked of what stands before a
// token: in an address that is `%20`, in JSON within JSON `\n`. The checksum is beyond any expression: what
// is found may be nobody's, and reporting it costs nothing.

/** A rule for gitleaks (`gitleaks dir --config FILE`), beside those that it has. */
export function gitleaksRules(brand: string): string {
  const { prefix, secret } = tokenPattern(brand)
  return `# Finds the API keys of clubkeys: gitleaks dir --config gitleaks.toml PATH
[extend]
useDefault = true

[[rules]]
id = "clubkeys-api-key"
description = "An API key of clubkeys: whoever has it acts in its club. Revoke it, and report it."
regex = '''(${prefix}${secret})(?:[^0-9A-Za-z]|$)'''
secretGroup = 1
entropy = 3.5
keywords = ["${prefix}"]
`
}

/** The same for trufflehog (`trufflehog filesystem --config FILE`). */
export function trufflehogRules(brand: string): string {
  const { prefix, secret } = tokenPattern(brand)
  return `# Finds the API keys of clubkeys: trufflehog filesystem --config trufflehog.yaml PATH
detectors:
  - name: clubkeys API key
    keywords:
      - ${prefix}
    regex:
      key: '(${prefix}${secret})(?:[^0-9A-Za-z]|$)'
`
}
