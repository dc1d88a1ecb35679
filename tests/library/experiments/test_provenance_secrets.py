"""What nobody wants to have kept is not kept; what only looks a little like it stays."""

import pytest

from jupyter_mlstudio.experiments.provenance.outputs import Outputs
from jupyter_mlstudio.experiments.provenance.secrets import (
    is_secret_file,
    redacted,
    redacted_arguments,
    secret_values,
)

KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
SECRETS = {  # what is shown, and what of it must not be kept
    "postgresql://me:hunter2@db.example/x": "hunter2",
    "mongodb+srv://user:p%40ss@cluster0.example": "p%40ss",
    "fatal: https://oauth2:abcDEF123456@git.example/x.git": "abcDEF123456",
    "https://" + "ghx" * 8 + "@git.example/x.git": "ghx" * 8,
    "redis://:topsecret@localhost:6379/0": "topsecret",
    f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----": KEY,
    f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}": KEY,
    f"-----BEGIN OPENSSH PRIVATE KEY-----\n{KEY}\n-----END OPENSSH PRIVATE KEY-----\n": KEY,
    "AKIA" + "IOSFODNN7EXAMPLE": "IOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "wJalrXUtnFEMI",
    "token ghp_" + "a1B2" * 9: "a1B2a1B2",
    "github_pat_" + "11ABCDEFG0" * 3: "11ABCDEFG0",
    "glpat-" + "x1y2z3" * 4: "x1y2z3",
    "xoxb-" + "123456789012-abcdefGHIJKL": "abcdefGHIJKL",
    "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24: "X" * 24,
    "sk-" + "abcdefghijklmnopqrstuvwx": "abcdefghijklmnopqrstuvwx",
    "sk-proj-" + "A1b2" * 8: "A1b2A1b2",
    "sk-ant-api03-" + "A1b2" * 8: "A1b2A1b2",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc": "4eC39HqLyjWDarjtT1zdp7dc",
    "hf_" + "abcdefABCDEF123456abcdefAB": "abcdefABCDEF",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv": "1234567890abcdef",
    "ya29." + "a0AfH6SMBx-12345678901234567890": "a0AfH6SMBx",
    "npm_" + "abcdefghijklmnopqrstuvwxyz0123456789": "abcdefghijklmnop",
    "pypi-" + "AgEIcHlwaS5vcmcCJGNkNTY3ODkwMTIzNDU2": "AgEIcHlwaS5vcmc",
    "dapi" + "0123456789abcdef" * 2: "0123456789abcdef",
    "SG." + "abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg": "ABCDEFGHIJ",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N": "dozjgNryP4J3",
    "Authorization: Bearer abcdef0123456789abcdef": "abcdef0123456789",
    "Authorization: Basic dXNlcjpwYXNzd29yZA==": "dXNlcjpwYXNz",
    "AccountName=x;AccountKey=Zm9vYmFyYmF6cXV4==;": "Zm9vYmFyYmF6",
    "https://a.blob.example/c?sv=2020&sig=abc%2Fdef%3D": "abc%2Fdef",
    "http://localhost:8888/lab?token=0123456789abcdef": "0123456789abcdef",
    "password: hunter2": "hunter2",
    "PASSWORD = 'correct horse'": "correct",
    "{'user': 'me', 'password': 'hunter2', 'port': 1}": "hunter2",
    '{"password": "hunter2"}': "hunter2",
    "connect(host='x', passwd=\"hunter2\")": "hunter2",
    "&quot;password&quot;: &quot;hunter2&quot;": "hunter2",
    "\x1b[39mapi_key\x1b[38;5;241m=\x1b[39m\x1b[38;5;124m'hunter2xyz'\x1b[39m": "hunter2xyz",
    "client_secret=abcdefgh": "abcdefgh",
    "API_KEY: abcd-efgh": "abcd-efgh",
    "api key = 12345678": "12345678",
    "access_token='abc123def456'": "abc123def456",
    "Server=x;User Id=y;Pwd=hunter2;": "hunter2",
}

HARMLESS = (
    "accuracy: 0.91, loss: 0.25",
    "max_tokens = 512",
    "tokens: 1024 (prompt), 64 (completion)",
    "pad_token='[PAD]', eos_token='<|endoftext|>'",
    "tokenizer: BertTokenizer",
    "LogisticRegression(C=1.0, max_iter=100)",
    "https://example.com/data.csv?rows=10",
    "see http://user@host.example/path",
    "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "key=a, sort_key=b, keys: ['x', 'y']",
    "2026-11-23T06:15:00.123Z epoch 3/10: 100%|██████████| 5/5",
    "secretary: Ms. Jones",
    "passed: 12, failed: 0",
    "basic statistics: mean",
    "author: somebody",
    "run 0123456789abcdef0123456789abcdef",
)


@pytest.mark.parametrize("text", SECRETS, ids=range(len(SECRETS)))
def test_a_secret_is_taken_out_and_the_rest_stays(text):
    kept = redacted(f"before\n{text}\nafter" if "BEGIN RSA" not in text else f"before\n{text}")
    assert SECRETS[text] not in kept
    assert "[secret]" in kept
    assert kept.startswith("before\n")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text):
    assert redacted(text) == text


def test_values_of_variables_that_are_secret_are_known():
    variables = {
        "DB_PASSWORD": "swordfish",
        "WANDB_API_KEY": "0123456789",
        "GITHUB_TOKEN": "abcdefgh",
        "SHORT_TOKEN": "abc",
        "USE_AUTH": "true",
        "SSH_AUTH_SOCK": "/run/agent",
        "HOME": "/home/me",
        "LANG": "C.UTF-8",
    }
    assert sorted(secret_values(variables)) == ["0123456789", "abcdefgh", "swordfish"]
    assert redacted("it is swordfish!", secret_values(variables)) == "it is [secret]!"


def test_arguments_are_kept_without_secrets():
    given = ["--data", "x.csv", "--password", "hunter2", "--api-key=abc", "--rate=0.1", "postgresql://a:b12@c/d"]
    assert redacted_arguments(given) == [
        "--data", "x.csv", "--password", "[secret]", "--api-key=[secret]", "--rate=0.1", "postgresql://a:[secret]@c/d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", [".env", "app/.env.local", "server.pem", "id_rsa", "credentials.json", "x/secrets.toml"]
)
def test_files_of_secrets_are_known_by_their_names(name):
    assert is_secret_file(name)
    assert not is_secret_file("train.py")


def test_secrets_are_taken_out_of_every_kind_of_output_but_pictures():
    outputs = Outputs()
    outputs.take("stream", {"name": "stdout", "text": "pass"})
    outputs.take("stream", {"name": "stdout", "text": "word: hunter2\n"})
    outputs.take("error", {"ename": "E", "evalue": "password=hunter2", "traceback": ["\x1b[0m password='hunter2'"]})
    shown = {
        "text/html": "<b>password: hunter2</b>",
        "application/json": {"a": ["password=hunter2"]},
        "image/png": "sk-" * 20,
    }
    outputs.take("display_data", {"data": shown, "metadata": {}})
    kept = outputs.listed()
    assert "hunter2" not in str(kept)
    assert kept[2]["data"]["image/png"] == "sk-" * 20


def test_outputs_are_bounded_in_number_and_size():
    outputs = Outputs()
    for place in range(3000):
        outputs.take("display_data", {"data": {"text/plain": str(place)}})
    outputs.take("display_data", {"data": {"image/png": "x" * 5_000_000, "text/plain": "<Figure>"}})
    kept = outputs.listed()
    assert len(kept) == 2001
    assert "1,001 further outputs" in kept[-1]["text"]
    other = Outputs()
    other.take("display_data", {"data": {"image/png": "x" * 5_000_000, "text/plain": "<Figure>"}})
    assert other.listed()[0]["data"] == {"text/plain": "[image/png of 5.0 MB was not kept]\n<Figure>"}


def test_seeking_secrets_in_a_large_output_takes_no_time():
    import time

    text = "loss: 0.123 accuracy: 0.456 http://example/a:b token tokens password-less ===== eyJ AKIA\n" * 8000
    began = time.process_time()
    assert redacted(text) == text
    assert time.process_time() - began < 2
