"""What deploy/ says to Docker Compose and Kubernetes: well formed, and nothing of what protects it is lost."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from urllib.parse import urlparse

import compose_spec
import kubernetes_validate
import pytest
import yaml

from tools.serving import ROOT, free_port

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
OBJECTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def of_kind(kind):
    return {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}


PODS = {name: each["spec"]["template"]["spec"] for name, each in of_kind("Deployment").items()}
CONTAINERS = {name: pod["containers"][0] for name, pod in PODS.items()}
APP, NGINX = "batch-norm-lab", "batch-norm-lab-nginx"

each_service = pytest.mark.parametrize("service", COMPOSE.values(), ids=list(COMPOSE))
each_deployment = pytest.mark.parametrize("name", [APP, NGINX])


def read_as_compose_does(services):
    """Its parser knows no merge keys, so it gets what they stand for. ValueError: what is wrong, and where."""
    compose_spec.PyCompose.from_yaml(yaml.safe_dump({"services": services})).validate()


def test_the_compose_file_has_the_form_that_compose_reads():
    read_as_compose_does(COMPOSE)


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [("memory_limit", "1g", "memory_limit"), ("pids_limit", "many", "pids_limit"), ("restart", "often", "often")],
)
def test_a_compose_file_of_another_form_is_told(key, wrong, said):
    with pytest.raises(ValueError, match=said):
        read_as_compose_does({**COMPOSE, "app": {**COMPOSE["app"], key: wrong}})


@pytest.mark.parametrize("version", ["1.28", "1.37"])  # since 1.28 a probe may shorten the time to stop
@pytest.mark.parametrize("manifest", OBJECTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_manifests_have_the_form_that_kubernetes_reads(manifest, version):
    kubernetes_validate.validate(manifest, version, strict=True)


def test_a_manifest_of_another_form_is_told():
    wrong = yaml.safe_load(yaml.safe_dump(of_kind("Deployment")[APP]))
    wrong["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["timeout"] = 10
    with pytest.raises(kubernetes_validate.ValidationError, match="timeout"):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


@each_service
def test_a_service_is_confined_and_ends_no_machine(service):
    assert service["restart"] == "unless-stopped"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"]["nofile"] >= 65536
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert {"mem_limit", "pids_limit"} <= set(service)
    assert all("size=" in each for each in service["tmpfs"])
    assert any(each.startswith("/tmp") for each in service["tmpfs"])  # noqa: S108


@each_deployment
def test_a_pod_is_confined(name):
    pod, container = PODS[name], CONTAINERS[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    assert "/tmp" in {each["mountPath"] for each in container["volumeMounts"]}  # noqa: S108
    assert all("sizeLimit" in each["emptyDir"] for each in pod["volumes"] if "emptyDir" in each)


@each_deployment
def test_pods_are_spread_and_not_all_taken_away_at_once(name):
    labels = of_kind("Deployment")[name]["spec"]["selector"]
    (spread,) = PODS[name]["topologySpreadConstraints"]
    assert spread["labelSelector"] == labels
    budget = of_kind("PodDisruptionBudget")[name]["spec"]
    assert budget == {"maxUnavailable": 1, "selector": labels}
    assert of_kind("Service")[name]["spec"]["selector"] == labels["matchLabels"]
    assert of_kind("Deployment")[name]["spec"]["replicas"] >= 2


@each_deployment
def test_probes_are_patient_and_what_hangs_ends_at_once(name):
    probes = {key: each for key, each in CONTAINERS[name].items() if key.endswith("Probe")}
    assert {"readinessProbe", "livenessProbe"} <= set(probes)
    assert all(each["timeoutSeconds"] >= 5 for each in probes.values())
    liveness = probes["livenessProbe"]
    assert liveness["periodSeconds"] * liveness["failureThreshold"] == 30
    assert liveness["terminationGracePeriodSeconds"] == 1


@each_deployment
def test_who_stops_lets_go_on_what_has_begun_and_no_longer(name):
    command = CONTAINERS[name]["lifecycle"]["preStop"]["exec"]["command"]
    assert command[0] == "sleep"
    assert 5 <= int(command[1]) <= 15, "a reader's uploads miss their session meanwhile"
    assert PODS[name]["terminationGracePeriodSeconds"] >= int(command[1]) + 30


def test_all_replicas_accept_what_one_has_signed():
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in COMPOSE["app"]["environment"]
    (variable,) = CONTAINERS[APP]["env"]
    assert variable["name"] == "STREAMLIT_SERVER_COOKIE_SECRET"
    assert "secretKeyRef" in variable["valueFrom"]


def test_both_name_the_replicas_alike_and_use_the_same_nginx():
    compose = (DEPLOY / "replicas.conf").read_text(encoding="utf-8")
    kubernetes = of_kind("ConfigMap")["batch-norm-lab-replicas"]["data"]["replicas.conf"]
    form = r"resolver \S+ valid=5s;\s+server (\S+):8501 resolve max_fails=3 fail_timeout=10s;"
    (service,) = re.findall(form, compose)
    assert service in COMPOSE
    (name,) = re.findall(form, kubernetes)
    assert name == f"{APP}.default.svc.cluster.local"
    assert of_kind("Service")[APP]["spec"]["clusterIP"] == "None", "one address for all would keep no reader in place"
    assert CONTAINERS[NGINX]["image"] == COMPOSE["nginx"]["image"] == "nginx:1.30-alpine"
    mounted = {each["mountPath"] for each in CONTAINERS[NGINX]["volumeMounts"]}
    for each in COMPOSE["nginx"]["volumes"]:
        source, target, mode = each.split(":")
        assert (DEPLOY / source).is_file()
        assert target in mounted
        assert mode == "ro"


def test_the_image_installs_what_is_locked_and_runs_as_nobody_special():
    assert "--require-hashes" in DOCKERFILE
    assert "deploy/requirements.lock" in DOCKERFILE
    assert "USER 999:999" in DOCKERFILE
    assert PODS[APP]["securityContext"]["runAsUser"] == 999
    for source in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / each).exists() for each in source.split())


HEALTH = importlib.util.spec_from_file_location("health", DEPLOY / "health.py")
health = importlib.util.module_from_spec(HEALTH)
HEALTH.loader.exec_module(health)

# The first process of a container: starts the server, ends with it and says how it ended.
FIRST = "import subprocess, sys; sys.exit(-subprocess.run(sys.argv[1:]).returncode)"


def test_a_server_that_hangs_is_ended_and_one_that_is_well_or_not_there_is_let_alone():
    assert COMPOSE["app"]["init"] is True
    assert int(re.search(r"--timeout=(\d+)s", DOCKERFILE)[1]) == health.PATIENCE + 10
    (port,) = re.findall(r"EXPOSE (\d+)", DOCKERFILE)
    assert urlparse(health.ADDRESS).port == int(port)
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    server = [sys.executable, "-c", SERVER, str(port)]
    first = subprocess.Popen([sys.executable, "-c", FIRST, *server], stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "listening\n"
    (child,) = health.children(first.pid)
    try:
        assert health.is_well(address, 20, first.pid)
        assert not health.is_well(f"http://127.0.0.1:{free_port()}/", 20, first.pid), "refused: it only starts"
        assert first.poll() is None
        os.kill(child, signal.SIGSTOP)
        assert not health.is_well(address, 0.2, first.pid)
        assert first.wait(20) == signal.SIGKILL
    finally:
        if first.poll() is None:
            os.kill(child, signal.SIGKILL)
            first.wait(20)
        first.stdout.close()


SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
print("listening", flush=True)
server.serve_forever()
"""
