/** What the maintained generation says as the text of a failed call, by the name of the person that is asked for. */
export const toolErrors: Readonly<Record<string, string>> = {
  'not-signed-in': 'Authentication not found. Run with --login to create a browser profile.',
  'no-session':
    'No valid LinkedIn session is available in Docker. Run --login on the host machine to create a session.',
  expired: 'Session expired. Run with --login to create a new browser profile.',
  'sign-in-failed': 'Authentication failed. Run with --login to re-authenticate.',
  'sign-in-open':
    'A LinkedIn login window is open and login is still in progress. This is not a failure. Complete the sign-in in the browser, then call this exact tool again in about 30 seconds to resume.',
  'sign-in-already':
    'No valid LinkedIn session is available yet. LinkedIn login is already in progress in a browser window. Complete login there, then retry this tool.',
  installing: 'LinkedIn browser setup is not complete yet. Retry this tool in a moment.',
  busy: 'Another LinkedIn MCP client is currently using the browser. This is not a failure and your saved session was not changed. Wait a moment and call this exact tool again.',
  challenged:
    'LinkedIn asks for a captcha at https://www.linkedin.com/checkpoint/challenge/AgF1. Complete it, then retry.',
  limited: 'Rate limit detected. Wait 300 seconds before trying again.',
  nobody: 'Profile not found. Check the profile URL is correct.',
  offline: 'Network error. Check your connection and try again.',
  'other-page': 'Scraping failed. LinkedIn page structure may have changed.',
  odd: 'Something nobody has seen before.',
};

interface StructuredError {
  readonly error: string;
  readonly message: string;
  readonly resolution?: string;
  readonly [key: string]: unknown;
}

/** What the cookie generation gives back as a success, by the name of the person that is asked for. */
export const structuredErrors: Readonly<Record<string, StructuredError>> = {
  authentication_not_found: {
    error: 'authentication_not_found',
    message: 'No credentials available.',
    resolution: 'Provide LinkedIn cookie via LINKEDIN_COOKIE environment variable or run setup',
  },
  invalid_credentials: {
    error: 'invalid_credentials',
    message: 'LinkedIn refused them.',
    resolution: 'Check your LinkedIn email and password',
  },
  captcha_required: {
    error: 'captcha_required',
    message: 'Manual captcha required.',
    captcha_url: 'https://www.linkedin.com/checkpoint/captcha/42',
    resolution: 'Complete the captcha challenge manually',
  },
  security_challenge_required: {
    error: 'security_challenge_required',
    message: 'A security check is required.',
    challenge_url: 'https://www.linkedin.com/checkpoint/challenge/42',
    resolution: 'Complete the security challenge manually',
  },
  two_factor_auth_required: {
    error: 'two_factor_auth_required',
    message: 'A code is required.',
    resolution: 'Complete 2FA verification',
  },
  rate_limit: {
    error: 'rate_limit',
    message: 'Too many requests. Wait 120 seconds.',
    resolution: 'Wait before attempting to login again',
  },
  login_timeout: {
    error: 'login_timeout',
    message: 'Login with this cookie took too long.',
    resolution: 'Check network connection and try again',
  },
  login_timeout_elsewhere: { error: 'login_timeout', message: 'The page did not load.' },
  session_expired: { error: 'session_expired', message: 'LinkedIn session has expired.' },
  cookie_auth_failed: { error: 'cookie_auth_failed', message: 'Cookie authentication failed.' },
  authentication_failed: { error: 'authentication_failed', message: 'It was not accepted.' },
  profile_not_found: { error: 'profile_not_found', message: 'There is no such profile.' },
  network_error: { error: 'network_error', message: 'The connection broke.' },
  scraping_error: { error: 'scraping_error', message: 'The page looks different.' },
  linkedin_error: { error: 'linkedin_error', message: 'LinkedIn did something.' },
  unknown_error: { error: 'unknown_error', message: 'Failed to execute get_person_profile: odd' },
  redirects: {
    error: 'unknown_error',
    message: 'Failed to execute it: net::ERR_TOO_MANY_REDIRECTS at https://www.linkedin.com/feed/',
  },
  elsewhere: {
    error: 'captcha_required',
    message: 'Captcha.',
    captcha_url: 'https://linkedin.com.evil.example/captcha',
  },
};

/** A page as the maintained generation reads it. */
export function sectionsPage(url: string): Record<string, unknown> {
  return {
    url,
    sections: {
      main_profile:
        'Ada Lovelace\nAnalyst of *engines* <script>alert(1)</script>\n\n[click](command:workbench.action.quit)',
      experience: '- Countess\n1. First programmer',
    },
    references: {
      main_profile: [
        { kind: 'person', url: '/in/charles-babbage/', text: 'Charles Babbage' },
        { kind: 'external', url: 'javascript:alert(1)', text: 'Not a page' },
      ],
    },
  };
}
