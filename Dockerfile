# The product in a container: DineGraph in one process, or the modules that are named behind the image.
#   docker build -t dinegraph .
#   docker run --read-only --cap-drop ALL -p 127.0.0.1:4000:4000 -v dinegraph:/data dinegraph
#   docker run ... dinegraph orders cash-payment

# Its npm fetches what the lock names, Node included; nothing else of this stage is kept.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-*/include node_modules/node-linux-*/share node_modules/.package-lock.json \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM debian:12-slim
LABEL org.opencontainers.image.title="DineGraph" \
      org.opencontainers.image.description="The open, federated GraphQL backbone of a restaurant chain" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY bin bin
COPY package.json LICENSE ./
COPY schema schema
COPY kernel kernel
COPY gateway gateway
COPY subgraphs subgraphs
COPY plugins plugins
COPY cli cli
COPY deploy/backup-sqlite.ts deploy/
# SQLite's folder, and all that is ever written: a container without a DATABASE_URL needs a volume here.
RUN install -d -o 10001 -g 10001 -m 700 /data
VOLUME /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
USER 10001:10001
EXPOSE 4000
# bin/node becomes Node by exec, so that Node is process 1 and hears SIGTERM itself.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/app/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/node", "/app/cli/start.ts"]
