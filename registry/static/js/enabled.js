// First of all: say that scripts run, so that styles and govuk-frontend know it.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
