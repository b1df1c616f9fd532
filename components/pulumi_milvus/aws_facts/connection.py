"""Clients of AWS's services, and what AWS or the network refuses, in words that say what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

Answer = TypeVar("Answer")

# A firewall that drops packets looks like a slow network: five seconds are long for a handshake. Answers of
# DescribeInstanceTypes take about a second a page.
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 60
# botocore's standard mode waits between attempts, up to 20 seconds each: throttling of a minute is outlasted.
ATTEMPTS: Final = 6

PERMISSION: Final = frozenset(
    {
        "UnauthorizedOperation",
        "AccessDenied",
        "AccessDeniedException",
        "Client.UnauthorizedOperation",
        "403",
        "Forbidden",
        "AuthorizationError",
    }
)
EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
CREDENTIALS: Final = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "AuthFailure",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId",
        "IncompleteSignature",
        "MissingAuthenticationToken",
    }
)
THROTTLED: Final = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
    }
)
NOT_ENABLED: Final = frozenset({"OptInRequired", "SubscriptionRequiredException", "RegionDisabledException"})

SIGN_IN: Final = "aws configure, aws sso login, or AWS_PROFILE"


class Clients(Protocol):
    """Clients of AWS's services by name and region, as boto3 makes them."""

    def client(self, service: str, region: str) -> Any:
        """The client of a service, such as ``ec2``."""


class NotAnswered(Exception):  # noqa: N818 - it says what happened: no answer
    """AWS did not answer a question. ``permission``: the one that is missing, or empty where that is not why."""

    def __init__(self, problem: Problem, permission: str = "") -> None:
        self.problem = problem
        self.permission = permission
        super().__init__(str(problem))


class Aws:
    """boto3's clients of one session. Threads may share it: only one at a time makes a client, as boto3 wants it."""

    def __init__(self, session: Any, config: Any) -> None:
        self._session = session
        self._config = config
        self._made: dict[tuple[str, str], Any] = {}
        self._making = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """The client of a service; made once."""
        key = (service, region)
        with self._making:
            if key not in self._made:
                self._made[key] = self._session.client(service, region_name=region, config=self._config)
            return self._made[key]


def connect(
    regions: Iterable[str],
    profile: str | None = None,
    *,
    access_key: str | None = None,
    secret_key: str | None = None,
    token: str | None = None,
) -> Aws:
    """Clients for these regions. What is None, boto3 finds as usual: in the environment, a file, the machine's role.

    Raises ``InvalidValues``: boto3 is missing, a profile or a region is unknown.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError:
        near = "pip install 'pulumi-milvus[aws]'"
        raise InvalidValues([Problem("boto3", "", "is not installed, and AWS is asked through it", near)]) from None
    try:
        session = boto3.Session(
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            profile_name=profile,
        )
        known = {
            name
            for partition in session.get_available_partitions()
            for name in session.get_available_regions("ec2", partition_name=partition)
        }
    except BotoCoreError as error:
        raise InvalidValues([Problem("AWS", "", str(error), SIGN_IN)]) from None
    unknown = [region for region in regions if region not in known]
    if unknown:
        raise InvalidValues(
            Problem("region", shown(region), "is no region that boto3 knows", nearest_word(region, sorted(known)) or "")
            for region in unknown
        )
    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(
        retries=retries, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, user_agent_extra="pulumi-milvus"
    )
    return Aws(session, config)


def ask(what: str, permission: str, question: Callable[[], Answer]) -> Answer:
    """The answer to a question. ``what`` names it in messages; ``permission`` is the IAM action that it needs.

    Raises ``NotAnswered`` where AWS, the credentials or the network refuse; other exceptions are mistakes of ours.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return question()
    except ClientError as error:
        raise _refused(what, permission, error.response.get("Error", {})) from None
    except BotoCoreError as error:
        raise NotAnswered(_unreached(what, error)) from None


def _refused(what: str, permission: str, error: dict[str, Any]) -> NotAnswered:
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    if code in PERMISSION:
        reason = f"these credentials may not ask for it ({code})"
        return NotAnswered(Problem(what, "", reason, f"allow {permission}"), permission)
    if code in EXPIRED:
        return NotAnswered(Problem(what, "", f"the credentials are expired ({code})", "sign in again: aws sso login"))
    if code in CREDENTIALS:
        return NotAnswered(Problem(what, "", f"AWS does not know these credentials ({code})", SIGN_IN))
    if code in THROTTLED:
        near = "wait a minute and run it again"
        return NotAnswered(Problem(what, "", f"AWS was asked too often ({code}), {ATTEMPTS} times over", near))
    if code in NOT_ENABLED:
        near = "enable the region: aws account enable-region"
        return NotAnswered(Problem(what, "", f"the account does not use this region ({code})", near))
    return NotAnswered(Problem(what, "", f"AWS answers {code}: {shown(message)[1:-1]}"))


def _unreached(what: str, error: Exception) -> Problem:
    from botocore import exceptions

    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return Problem(what, "", "no credentials of AWS are found", SIGN_IN)
    if isinstance(
        error,
        exceptions.TokenRetrievalError
        | exceptions.SSOTokenLoadError
        | exceptions.UnauthorizedSSOTokenError
        | exceptions.CredentialRetrievalError,
    ):
        return Problem(what, "", f"the credentials cannot be had: {shown(str(error))[1:-1]}", "aws sso login")
    if isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError):
        near = "check the network and its proxy; a plan works offline with the catalogue that is there"
        return Problem(what, "", f"AWS cannot be reached: {shown(str(error))[1:-1]}", near)
    return Problem(what, "", shown(str(error))[1:-1])
