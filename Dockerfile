# syntax=docker/dockerfile:1
# Two images of one build. `app` serves, as a number that owns nothing, and writes nothing. `tools` migrates and holds the
# command line: docker build --target tools. How to run them: docs/deploying.md

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build

FROM build AS tools
RUN npm prune --omit=dev --no-audit --no-fund
ENV NODE_ENV=production HOME=/tmp npm_config_update_notifier=false
USER 10001:10001
CMD ["npm", "run", "-s", "migrate"]

FROM node:24.21.0-bookworm-slim AS app
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
COPY --from=build /app/deploy/serve.mjs /app/deploy/healthy.mjs ./
USER 10001:10001
EXPOSE 3000
# SIGTERM reaches the server itself: no shell and no npm stand before it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "healthy.mjs"]
CMD ["node", "serve.mjs"]
