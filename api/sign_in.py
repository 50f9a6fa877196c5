"""Sign in, sign out, a new password by a link, and the first administrator: native forms, our own session row."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.callers import Origin
from api.sign_in_page import Field, page
from hooks.i18n import LOCALES, _, best_locale, use_locale
from services import first_start, password_links, passwords, sessions
from services.errors import NotFound, Told, TooMany
from services.sessions import COOKIE, DEVICE_COOKIE, DEVICE_DAYS, SignedIn

_DAY = 24 * 60 * 60


async def login(request: Request) -> Response:
    """Show the sign-in page, or sign in and go where the person wanted to go."""
    form = {} if request.method in ("GET", "HEAD") else await _form(request)
    wanted = local_path(form.get("next") or request.query_params.get("next"))
    with use_locale(_locale(request, form)):
        if request.method != "POST":
            if _is_here(request):
                return RedirectResponse(wanted, 303)
            needed = await run_in_threadpool(first_start.is_needed)
            return _login_page(wanted, lead=_where_to_begin() if needed else "")
        try:
            opened = await run_in_threadpool(
                sessions.sign_in,
                form.get("email", ""),
                form.get("password", ""),
                address=_origin(request).address,
                user_agent=request.headers.get("user-agent"),
                device=request.cookies.get(DEVICE_COOKIE),
                replacing=request.cookies.get(COOKIE),
            )
        except Told as error:
            return _login_page(wanted, form.get("email", ""), error)
        return _signed_in(request, opened, wanted)


async def logout(request: Request) -> Response:
    """End the session on the server, and forget its cookie; a mere link to here does nothing."""
    if request.method != "POST":
        return RedirectResponse("/", 303)
    await run_in_threadpool(sessions.sign_out, request.cookies.get(COOKIE))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_origin(request).is_secure)
    return answer


async def setup(request: Request) -> Response:
    """Make the first administrator, by the link that was printed on the console."""
    form = {} if request.method in ("GET", "HEAD") else await _form(request)
    secret = form.get("token") or request.query_params.get("token") or ""
    with use_locale(_locale(request, form)):
        if not await run_in_threadpool(first_start.is_open, secret):
            return _dead_link_page()
        if request.method != "POST":
            return _setup_page(secret, {})
        try:
            opened = await run_in_threadpool(
                first_start.use,
                secret,
                form.get("name", ""),
                form.get("email", ""),
                form.get("password", ""),
                request.headers.get("user-agent"),
            )
        except NotFound:
            return _dead_link_page()
        except Told as error:
            return _setup_page(secret, form, error)
        return _signed_in(request, opened, "/")


async def password(request: Request) -> Response:
    """Have a person choose a new password, by the link that an administrator made."""
    form = {} if request.method in ("GET", "HEAD") else await _form(request)
    secret = form.get("token") or request.query_params.get("token") or ""
    with use_locale(_locale(request, form)):
        if not await run_in_threadpool(password_links.is_open, secret):
            return _dead_password_page()
        if request.method != "POST":
            return _password_page(secret)
        try:
            opened = await run_in_threadpool(
                password_links.use, secret, form.get("password", ""), request.headers.get("user-agent")
            )
        except NotFound:
            return _dead_password_page()
        except Told as error:
            return _password_page(secret, error)
        return _signed_in(request, opened, "/")


def local_path(wanted: str | None) -> str:
    """Return where in this house to go after sign-in; for whatever else is asked, the front door."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    if not wanted.isprintable() or any(sign.isspace() for sign in wanted):
        return "/"
    return (
        "/"
        if wanted.partition("?")[0].rstrip("/") in ("/login", "/logout", "/setup", "/password")
        else wanted
    )


def _signed_in(request: Request, opened: SignedIn, wanted: str) -> Response:
    answer = RedirectResponse(wanted, 303)
    secure = _origin(request).is_secure
    kept = {COOKIE: (opened.cookie, opened.max_age), DEVICE_COOKIE: (opened.device, DEVICE_DAYS * _DAY)}
    for name, (value, max_age) in kept.items():
        answer.set_cookie(name, value, max_age, path="/", httponly=True, samesite="lax", secure=secure)
    return answer


def _where_to_begin() -> str:
    return _("Nobody is administrator yet. Open the set-up link that Carteira printed where it was started.")


def _login_page(wanted: str, email: str = "", error: Told | None = None, lead: str = "") -> Response:
    return page(
        _("Sign in"),
        lead=lead,
        alert=error.message if error else "",
        action="/login",
        fields=[
            Field("email", _("E-mail"), "email", "username", email),
            Field(
                "password",
                _("Password"),
                "password",
                "current-password",
                hint=_("Forgotten? An administrator makes you a link for a new one."),
            ),
        ],
        hidden={"next": wanted},
        button=_("Sign in"),
        here="/login?" + urlencode({"next": wanted}),
        status=_status(error),
        headers={"Retry-After": str(error.data["retry_after"])} if isinstance(error, TooMany) else None,
    )


def _setup_page(secret: str, form: dict[str, str], error: Told | None = None) -> Response:
    wrong = error.data.get("fields", {}) if error else {}
    return page(
        _("Set up Carteira"),
        lead=_("You are the first one here. This account will be the administrator's."),
        alert=error.message if error and not wrong else "",
        action="/setup",
        fields=[
            Field("name", _("Your name"), "text", "name", form.get("name", ""), wrong=wrong.get("name", "")),
            Field(
                "email", _("E-mail"), "email", "username", form.get("email", ""), wrong=wrong.get("email", "")
            ),
            _new_password(wrong),
        ],
        hidden={"token": secret},
        button=_("Create account"),
        here="/setup?" + urlencode({"token": secret}),
        status=_status(error),
    )


def _password_page(secret: str, error: Told | None = None) -> Response:
    wrong = error.data.get("fields", {}) if error else {}
    return page(
        _("Choose a new password"),
        alert=error.message if error and not wrong else "",
        action="/password",
        fields=[_new_password(wrong)],
        hidden={"token": secret},
        button=_("Save and sign in"),
        here="/password?" + urlencode({"token": secret}),
        status=_status(error),
    )


def _new_password(wrong: Mapping[str, str]) -> Field:
    return Field(
        "password",
        _("Password"),
        "password",
        "new-password",
        hint=_("At least {n} characters.").format(n=passwords.SHORTEST),
        wrong=wrong.get("password", ""),
    )


def _dead_password_page() -> Response:
    return page(
        _("This link no longer works"),
        lead=_("It works once, and for 24 hours. Ask an administrator for a fresh one."),
        link=(_("Sign in"), "/login"),
        here="/password",
        status=404,
    )


def _dead_link_page() -> Response:
    return page(
        _("This link no longer works"),
        lead=_(
            "There is an administrator already, or the link is an old one. As long as there is none, "
            "each start of Carteira prints a fresh link."
        ),
        link=(_("Sign in"), "/login"),
        here="/setup",
        status=404,
    )


def _status(error: Told | None) -> int:
    if error is None:
        return 200
    if isinstance(error, TooMany):
        return 429
    return 401 if error.code == "wrong_sign_in" else 422


def _is_here(request: Request) -> bool:
    return getattr(request.state, "viewer", None) is not None


def _origin(request: Request) -> Origin:
    origin = request.state.origin
    assert isinstance(origin, Origin)
    return origin


def _locale(request: Request, form: dict[str, str]) -> str:
    chosen = form.get("lang") or request.query_params.get("lang")
    return chosen if chosen in LOCALES else best_locale(request.headers.get("accept-language"))


async def _form(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=20) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
