# One image for server, workers and migrations; the command says which.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 WISMO_DATA_DIR=/data

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY graph graph
COPY nodes nodes
COPY tools tools
COPY prompts prompts
COPY checkpoints checkpoints
COPY server server
COPY evals evals
RUN pip install --no-deps --no-build-isolation . \
    && useradd --create-home --uid 10001 wismo \
    && install --directory --owner wismo --mode 700 /data

USER wismo
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["wismo"]
CMD ["serve", "--host", "0.0.0.0"]
