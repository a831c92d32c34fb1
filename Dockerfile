# One image for web, worker, scheduler and migration; the command says which it is.
ARG PYTHON=3.13
ARG DEBIAN=bookworm

FROM python:${PYTHON}-slim-${DEBIAN} AS built
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt requirements-uv.txt requirements-node.txt ./
RUN python -m venv /uv && /uv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
 && python -m venv --without-pip .venv \
 && /uv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes -r requirements.txt \
 && python -m venv --without-pip /node \
 && /uv/bin/uv pip install --no-cache --python /node/bin/python --require-hashes -r requirements-node.txt
COPY package.json package-lock.json .npmrc ./
RUN PATH=/node/bin:$PATH npm ci --ignore-scripts
COPY . .
RUN .venv/bin/python -m compileall -q relcrm customers feedback relationships campaigns
RUN PATH=/node/bin:$PATH node_modules/.bin/esbuild static/src/*.js --bundle --minify \
      --format=esm --target=es2022 --legal-comments=none --outdir=static/dist \
 && rm -rf node_modules \
 && RELCRM_SECRET_KEY=built RELCRM_DATA=/tmp/built RELCRM_STATIC=/app/published \
    .venv/bin/python manage.py prepare --static-only

FROM python:${PYTHON}-slim-${DEBIAN}
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin relcrm \
 && install -d -o relcrm -g relcrm -m 0700 /data
COPY --from=built /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    RELCRM_DATA=/data RELCRM_STATIC=/app/published
WORKDIR /app
USER relcrm
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "relcrm.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
