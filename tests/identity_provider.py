"""A small OpenID Connect provider on loopback: what a government's would answer."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "ngangtam-thu", "bi-mat-cua-ung-dung"


class Provider:
    """Signs `claims` for whoever comes; `lies` change what it says, to be refused."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims = {"sub": "0123-4567", "citizen_id": "001099000123", "name": "Ai Đó"}
        self.lies = {}
        self.codes = {}
        self.asked = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answers(self, address):
        """Be the person at the provider who says yes: return the address to go back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form):
        query = self.codes.pop(form["code"], None)
        if query is None or form.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != query.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        content = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims,
            **self.lies.get("id_token", {}),
        }  # fmt: skip
        signed = jwt.encode(content, self.key, algorithm="RS256", headers={"kid": "1"})
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": signed}

    def page(self, path):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/userinfo": {**self.claims, **self.lies.get("userinfo", {})},
            "/jwks": {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]},
        }  # fmt: skip
        return (200, pages[path]) if path in pages else (404, {})

    def _handler(outer):  # noqa: N805 - the handler's own self is below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._send(*outer.page(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._send(*outer.token({key: one[0] for key, one in parse_qs(body).items()}))

            def _send(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
