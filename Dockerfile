# The bot as a container: documents and state in the volume /data, settings from the environment.
#
#   docker build -t alinti --build-arg TORCH_INDEX=<PyTorch's CPU index> .
#   docker run -d --restart unless-stopped -e ALINTI_TOKEN -v alinti:/data alinti
#
# Without TORCH_INDEX the package index's own build of torch is taken, which on Linux brings
# gigabytes of CUDA. The index with CPU builds is shown by the selector on pytorch.org.
FROM python:3.12-slim AS build
ARG TORCH_INDEX=""
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch==2.13.0
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY embeddings embeddings
RUN pip install .

FROM python:3.12-slim
COPY --from=build /venv /venv
RUN useradd --create-home alinti && install -d -o alinti /data
USER alinti
WORKDIR /data
VOLUME /data
ENV PATH=/venv/bin:$PATH ALINTI_DATA=/data PYTHONUNBUFFERED=1
# Of use with ALINTI_WEBHOOK_URL. Not the loopback address: it would be the container's own.
ENV ALINTI_WEBHOOK_LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["alinti"]
CMD ["run"]
