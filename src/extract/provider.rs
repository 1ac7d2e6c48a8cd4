//! Who was called, and on what evidence.
//!
//! In goes the text of a record; out comes the provider that it names: by URL or host, by the class
//! or module of the client library, by headers, by sentences that only that API writes. Facts:
//! `error-catalogue.md` sections 6 and 7, `renderings.md`.

use super::literals::{List, Literals};
use super::name::{self, Use};
use crate::model::Provider;

/// What a marker tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    /// The host of the API was called.
    Host(Provider),
    /// The client library of OpenAI was used, or a sentence of the API stands there.
    Openai,
    /// The word itself, which may be a part of a name that somebody gave to something of their own.
    Word,
    /// Wording that OpenAI's client library shares with a few others.
    Stainless,
    /// A gateway answered.
    Gateway(&'static str),
    /// Azure OpenAI answered.
    Azure,
    /// Nobody but OpenAI writes this: a link to its pages, its mask of a key, the id of an organization.
    Own,
    /// The API of somebody else.
    Other,
    /// The name of somebody else, who need not be the one who answered: `falling back to anthropic: …`.
    Mention,
    /// A request id may begin here; 32 hexadecimal digits behind it are OpenAI's form.
    RequestId,
    /// Looks like a marker and is none.
    Nothing,
}

/// Markers, longest first where one holds another.
pub(crate) const MARKERS: &[(&str, Marker)] = &[
    ("api.openai.com", Marker::Host(Provider::Openai)),
    ("auth.openai.com", Marker::Host(Provider::Openai)),
    ("chatgpt.com/backend-api", Marker::Host(Provider::Openai)),
    (".openai.azure.com", Marker::Host(Provider::Azure)),
    (".cognitiveservices.azure.com", Marker::Host(Provider::Azure)),
    (".services.ai.azure.com", Marker::Host(Provider::Azure)),
    // Other services of Azure answer with the same sentences.
    (".cognitiveservices.azure.com/computervision/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/contentsafety/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/documentintelligence/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/face/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/formrecognizer/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/language/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/speechtotext/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/text/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/translator/", Marker::Host(Provider::Other)),
    (".cognitiveservices.azure.com/vision/", Marker::Host(Provider::Other)),
    (".speech.microsoft.com", Marker::Host(Provider::Other)),
    (".microsofttranslator.com", Marker::Host(Provider::Other)),
    ("ContentSafetyClient(", Marker::Host(Provider::Other)),
    ("DocumentAnalysisClient(", Marker::Host(Provider::Other)),
    ("DocumentIntelligenceClient(", Marker::Host(Provider::Other)),
    ("ImageAnalysisClient(", Marker::Host(Provider::Other)),
    ("TextAnalyticsClient(", Marker::Host(Provider::Other)),
    ("TextTranslationClient(", Marker::Host(Provider::Other)),
    ("https://cognitiveservices.azure.com", Marker::Azure),
    ("Azure OpenAI", Marker::Azure),
    ("AzureOpenAI", Marker::Azure),
    ("AzureException", Marker::Azure),
    ("valid key for an active subscription", Marker::Azure),
    ("missing subscription key", Marker::Azure),
    ("Microsoft.CognitiveServices", Marker::Azure),
    ("API deployment for this resource", Marker::Azure),
    ("apim-request-id", Marker::Azure),
    ("Key based authentication is disabled for this resource", Marker::Azure),
    ("Access denied due to Virtual Network/Firewall rules", Marker::Azure),
    ("Public access is disabled. Please configure private endpoint", Marker::Azure),
    ("lacks the required data action", Marker::Azure),
    ("Principal does not have access to API/Operation", Marker::Azure),
    ("Access token is missing, invalid, audience is incorrect", Marker::Azure),
    ("have exceeded token rate limit", Marker::Azure),
    ("have exceeded call rate limit", Marker::Azure),
    ("Please provide a custom subdomain for token authentication", Marker::Azure),
    ("content management policy", Marker::Azure),
    ("status code (no body)", Marker::Openai),
    ("ApiError(ApiError", Marker::Openai),
    ("is not authorized to access this project", Marker::Openai),
    ("Error code: 4", Marker::Stainless),
    ("Error code: 5", Marker::Stainless),
    ("APIConnectionError: Connection error.", Marker::Stainless),
    ("APIConnectionError('Connection error.')", Marker::Stainless),
    ("APIConnectionError(\"Connection error.\")", Marker::Stainless),
    ("APITimeoutError: Request timed out.", Marker::Stainless),
    ("APITimeoutError('Request timed out.')", Marker::Stainless),
    ("PermissionDeniedError('<", Marker::Stainless),
    ("model_name: gpt-", Marker::Stainless),
    ("failed to deserialize api response", Marker::Openai),
    ("sk-proj-*", Marker::Own),
    ("sk-svcac*", Marker::Own),
    ("sk-admin*", Marker::Own),
    ("An error ocurred during streaming", Marker::Openai),
    ("req_", Marker::RequestId),
    ("Project `proj_", Marker::Openai),
    ("Project proj_", Marker::Openai),
    ("The engine is currently overloaded", Marker::Openai),
    ("` does not exist or you do not have access to it", Marker::Openai),
    ("Enqueued token limit reached for", Marker::Openai),
    // vLLM writes it too.
    ("This model's maximum context length is", Marker::Stainless),
    ("rejected as a result of our safety system", Marker::Openai),
    ("The server is overloaded or not ready yet", Marker::Openai),
    ("exceeded the rate limit, please slow down and try again after", Marker::Openai),
    ("is not supported with this model. Use '", Marker::Openai),
    ("/v1/chat/completions", Marker::Openai),
    ("/v1/responses", Marker::Openai),
    ("/v1/embeddings", Marker::Openai),
    ("/v1/images/generations", Marker::Openai),
    ("/v1/audio/transcriptions", Marker::Openai),
    ("/v1/moderations", Marker::Openai),
    ("azureml-model", Marker::Azure),
    ("aka.ms/oai", Marker::Azure),
    ("openrouter.ai", Marker::Gateway("openrouter")),
    ("Key limit exceeded (", Marker::Gateway("openrouter")),
    ("No auth credentials found", Marker::Gateway("openrouter")),
    ("Provider returned error", Marker::Gateway("openrouter")),
    ("This request requires more credits, or fewer", Marker::Gateway("openrouter")),
    ("free-models-per-", Marker::Gateway("openrouter")),
    ("api.portkey.ai", Marker::Gateway("portkey")),
    ("Portkey Error", Marker::Gateway("portkey")),
    ("helicone.ai", Marker::Gateway("helicone")),
    ("Helicone", Marker::Gateway("helicone")),
    ("LiteLLM_VerificationToken", Marker::Gateway("litellm")),
    ("Invalid proxy server token", Marker::Gateway("litellm")),
    ("Budget has been exceeded", Marker::Gateway("litellm")),
    ("Invalid model name passed in model=", Marker::Gateway("litellm")),
    ("No deployments available for selected model", Marker::Gateway("litellm")),
    ("Rate limit exceeded for api_key: ", Marker::Gateway("litellm")),
    ("litellm.proxy", Marker::Gateway("litellm")),
    ("LiteLLM Proxy", Marker::Gateway("litellm")),
    ("LiteLLM Virtual Key", Marker::Gateway("litellm")),
    ("gateway.ai.cloudflare.com", Marker::Gateway("cloudflare")),
    ("platform.openai.com", Marker::Own),
    ("beta.openai.com", Marker::Own),
    ("help.openai.com", Marker::Own),
    ("developers.openai.com", Marker::Own),
    ("support@openai.com", Marker::Own),
    ("OpenAI-Organization header", Marker::Openai),
    ("OpenAI-Project header", Marker::Openai),
    ("OPENAI_API_KEY", Marker::Openai),
    ("OPENAI_ADMIN_KEY", Marker::Openai),
    ("/openai/", Marker::Word),
    ("\\openai\\", Marker::Word),
    ("@ai-sdk/openai", Marker::Openai),
    ("openai.error.", Marker::Openai),
    ("openai.api_key", Marker::Openai),
    ("openai.", Marker::Word),
    ("openai:", Marker::Word),
    ("openai_", Marker::Word),
    ("openai-", Marker::Word),
    ("async_openai", Marker::Openai),
    ("codex_", Marker::Openai),
    ("OpenAI", Marker::Word),
    ("openai", Marker::Word),
    ("x-openai-", Marker::Openai),
    ("X-Openai-", Marker::Openai),
    ("Api-Key, Workload", Marker::Openai),
    ("You exceeded your current quota, please check your plan", Marker::Openai),
    ("Your account is not active, please check your billing details", Marker::Openai),
    ("Billing hard limit has been reached", Marker::Openai),
    ("in organization org-", Marker::Own),
    ("You have no credits remaining", Marker::Openai),
    ("Missing bearer or basic authentication in header", Marker::Openai),
    ("Missing bearer authentication in header", Marker::Openai),
    (
        "You didn't provide an API key. You need to provide your API key in an Authorization header",
        Marker::Openai,
    ),
    ("You must be a member of an organization to use the API", Marker::Openai),
    ("You have insufficient permissions for this operation. Missing scopes", Marker::Openai),
    ("The server had an error while processing your request. Sorry about that!", Marker::Openai),
    ("The server had an error processing your request. Sorry about that!", Marker::Openai),
    ("The server is currently overloaded with other requests", Marker::Openai),
    ("That model is currently overloaded with other requests", Marker::Openai),
    ("Country, region, or territory not supported", Marker::Openai),
    ("This key is associated with a deactivated account", Marker::Openai),
    ("Your access was terminated due to violation of our policies", Marker::Openai),
    ("Your IP is not authorized to make this request", Marker::Openai),
    ("No such organization: ", Marker::Openai),
    ("You do not have access to the organization tied to the API key", Marker::Openai),
    ("The project you are requesting has been archived", Marker::Openai),
    ("Your organization must be verified to", Marker::Openai),
    ("Your authentication token is not from a valid issuer", Marker::Openai),
    ("must be made with a session key", Marker::Openai),
    ("incorrect regional hostname", Marker::Openai),
    ("unsupported_country_region_territory", Marker::Openai),
    ("billing_hard_limit_reached", Marker::Openai),
    ("billing_not_active", Marker::Openai),
    ("mismatched_organization", Marker::Openai),
    ("mismatched_project", Marker::Openai),
    ("not_authorized_invalid_project", Marker::Openai),
    ("account_deactivated", Marker::Openai),
    ("credit_balance_exhausted", Marker::Openai),
    ("_spend_limit_exceeded", Marker::Openai),
    ("_usage_limit_exceeded", Marker::Openai),
    ("insufficient_quota", Marker::Openai),
    ("usage_limit_reached", Marker::Openai),
    ("api.anthropic.com", Marker::Other),
    ("anthropic.", Marker::Other),
    ("AnthropicException", Marker::Other),
    ("api.stripe.com", Marker::Other),
    ("api.github.com", Marker::Other),
    ("generativelanguage.googleapis.com", Marker::Other),
    ("aiplatform.googleapis.com", Marker::Other),
    ("GeminiException", Marker::Other),
    ("VertexAIException", Marker::Other),
    ("api.groq.com", Marker::Other),
    ("console.groq.com", Marker::Other),
    ("GroqException", Marker::Other),
    ("dashscope.aliyuncs.com", Marker::Other),
    ("help.aliyun.com", Marker::Other),
    ("api.moonshot.", Marker::Other),
    ("api.deepseek.com", Marker::Other),
    ("DeepseekException", Marker::Other),
    ("Authentication Fails, Your api key", Marker::Other),
    ("api.mistral.ai", Marker::Other),
    ("MistralException", Marker::Other),
    ("api.cohere.", Marker::Other),
    ("api.x.ai", Marker::Other),
    ("XAIException", Marker::Other),
    ("api.perplexity.ai", Marker::Other),
    ("api.together.xyz", Marker::Other),
    ("api.fireworks.ai", Marker::Other),
    ("volces.com", Marker::Other),
    ("models.inference.ai.azure.com", Marker::Other),
    ("models.github.ai", Marker::Other),
    ("api.githubcopilot.com", Marker::Other),
    ("bedrock-runtime.", Marker::Other),
    ("BedrockException", Marker::Other),
    ("invalid_authentication_error", Marker::Other),
    ("huggingface.co", Marker::Other),
    ("anthropic", Marker::Mention),
    ("invalid x-api-key", Marker::Other),
    ("'type': 'authentication_error'", Marker::Other),
    ("\"type\":\"authentication_error\"", Marker::Other),
    ("\"type\": \"authentication_error\"", Marker::Other),
    ("overloaded_error", Marker::Other),
    ("API key not valid. Please pass a valid API key", Marker::Other),
    ("'message': 'Invalid API Key'", Marker::Other),
    ("\"message\":\"Invalid API Key\"", Marker::Other),
    ("\"message\": \"Invalid API Key\"", Marker::Other),
    ("console.x.ai", Marker::Other),
    ("api.together.", Marker::Other),
    ("console.mistral.ai", Marker::Other),
    ("mistralai.", Marker::Other),
    ("groq.", Marker::Mention),
    ("cohere.", Marker::Mention),
    ("google.api_core", Marker::Other),
    ("google.genai", Marker::Other),
    ("google_genai", Marker::Mention),
    ("ChatGoogleGenerativeAIError", Marker::Other),
    ("ResourceExhausted: 4", Marker::Other),
    ("ResourceExhausted('", Marker::Other),
    ("ResourceExhausted(\"", Marker::Other),
    ("{'type': 'error', 'error': {'type'", Marker::Other),
    ("{'type': 'error', 'error': {'details'", Marker::Other),
    ("{\"type\":\"error\",\"error\":{\"type\"", Marker::Other),
    ("{\"type\": \"error\", \"error\": {\"type\"", Marker::Other),
    ("{\\\"type\\\":\\\"error\\\",\\\"error\\\":{\\\"type\\\"", Marker::Other),
    ("would exceed the rate limit for your organization", Marker::Other),
    ("Anthropic API", Marker::Mention),
    ("ai.google.dev", Marker::Other),
    ("RESOURCE_EXHAUSTED", Marker::Other),
    ("INVALID_ARGUMENT", Marker::Other),
    ("in organization `org_", Marker::Other),
    ("alibabacloud.com", Marker::Other),
    ("Insufficient Balance", Marker::Other),
    ("together.error.", Marker::Other),
    ("stripe.", Marker::Other),
    ("StripeError", Marker::Other),
    ("dashscope-intl.aliyuncs.com", Marker::Other),
    ("api.siliconflow.", Marker::Other),
    ("integrate.api.nvidia.com", Marker::Other),
    ("api.cerebras.ai", Marker::Other),
    ("api.sambanova.ai", Marker::Other),
    ("api.hyperbolic.xyz", Marker::Other),
    ("api.minimax.", Marker::Other),
    ("api.stepfun.com", Marker::Other),
    ("api.novita.ai", Marker::Other),
    ("api.deepinfra.com", Marker::Other),
    ("open.bigmodel.cn", Marker::Other),
    ("api.z.ai/", Marker::Other),
    ("api.hunyuan.cloud.tencent.com", Marker::Other),
    ("qianfan.baidubce.com", Marker::Other),
    ("api.studio.nebius.", Marker::Other),
    ("api.baichuan-ai.com", Marker::Other),
    ("api.lingyiwanwu.com", Marker::Other),
    (":11434/v1/", Marker::Other),
    ("service_tier_capacity_exceeded", Marker::Other),
    ("exceeded_current_quota_error", Marker::Other),
    ("rate_limit_reached_error", Marker::Other),
    ("You exceeded your current requests list", Marker::Other),
    ("Expected OAuth 2 access token", Marker::Other),
    ("www.perplexity.ai", Marker::Other),
    ("The security token included in the request is invalid", Marker::Other),
    ("wrong_api_key", Marker::Other),
    ("authorized_error", Marker::Other),
    ("otel.openai", Marker::Nothing),
];

/// What a record tells about the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Named {
    /// The host that was called belongs to this provider.
    pub(crate) host: Option<Provider>,
    /// OpenAI's client library or sentences.
    pub(crate) openai: bool,
    /// A name with the word `openai` in it.
    pub(crate) name: bool,
    /// A path with the word `openai` in it.
    pub(crate) path: bool,
    /// Wording that OpenAI's client library shares with a few others.
    pub(crate) stainless: bool,
    /// Azure's sentences.
    pub(crate) azure: bool,
    /// A gateway's sentences.
    pub(crate) gateway: Option<&'static str>,
    /// What nobody but OpenAI writes.
    pub(crate) own: bool,
    /// Another provider.
    pub(crate) other: bool,
    /// The name of another provider.
    pub(crate) mention: bool,
}

impl Named {
    /// The provider, when there is any evidence that OpenAI, Azure OpenAI or a gateway was called.
    pub(crate) fn provider(self) -> Option<Provider> {
        if self.host == Some(Provider::Other) {
            return Some(Provider::Other);
        }
        if self.azure || self.host == Some(Provider::Azure) {
            return Some(Provider::Azure);
        }
        if self.gateway.is_some() {
            return Some(Provider::Gateway);
        }
        if self.host == Some(Provider::Openai) {
            return Some(Provider::Openai);
        }
        if self.other || self.mention && !self.own {
            return Some(Provider::Other);
        }
        (self.openai || self.stainless || self.is_a_name()).then_some(Provider::Openai)
    }

    /// Whether nothing but names and paths with the word `openai` in them speaks for OpenAI.
    pub(crate) fn is_a_name(self) -> bool {
        (self.name || self.path) && !self.openai && !self.stainless && self.host.is_none() && !self.azure
    }
}

/// What a text names.
pub(crate) fn named(text: &str) -> Named {
    named_by(text, &Literals::of(text))
}

/// What a text names whose literals are known.
pub(crate) fn named_by(text: &str, literals: &Literals) -> Named {
    let mut named = Named::default();
    for found in literals.list(List::Markers) {
        match MARKERS.get(found.row).map_or(Marker::Nothing, |(_, marker)| *marker) {
            Marker::Host(Provider::Other) => named.host = Some(Provider::Other),
            Marker::Host(provider) => named.host = named.host.or(Some(provider)),
            Marker::Openai => named.openai = true,
            Marker::Word if named.openai => {}
            Marker::Word => match name::of(text, found.at.clone()) {
                Use::Library => named.openai = true,
                Use::Name => named.name = true,
                Use::Path => named.path = true,
            },
            Marker::Stainless => named.stainless = true,
            Marker::Gateway(name) => named.gateway = named.gateway.or(Some(name)),
            Marker::Azure => named.azure = true,
            Marker::Own => (named.openai, named.own) = (true, true),
            // `anthropic.` is a module, and the end of a sentence.
            Marker::Other if is_end_of_sentence(text, found.at.end) => named.mention = true,
            Marker::Other => named.other = true,
            Marker::Mention => named.mention = true,
            Marker::RequestId => named.openai |= is_request_id(text.get(found.at.end..).unwrap_or_default()),
            Marker::Nothing => {}
        }
    }
    named
}

/// Whether a point ends here behind which no name goes on.
fn is_end_of_sentence(text: &str, end: usize) -> bool {
    let (before, behind) = text.split_at_checked(end).unwrap_or_default();
    before.ends_with('.') && !behind.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
}

/// Whether 32 hexadecimal digits stand here and end: Stripe's and Anthropic's ids have other lengths.
pub(super) fn is_request_id(text: &str) -> bool {
    text.bytes().take(33).take_while(u8::is_ascii_alphanumeric).count() == 32
        && text.bytes().take(32).all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The provider behind a host; `None` for hosts that are nobody's we know.
pub(crate) fn of_host(host: &str) -> Option<Provider> {
    let host = host.to_ascii_lowercase();
    // Ollama's port: models of one's own.
    if host.ends_with(":11434") {
        return Some(Provider::Other);
    }
    let host = host.split(':').next().unwrap_or_default();
    if host == "openai.com" || host.ends_with(".openai.com") || host == "chatgpt.com" {
        return Some(Provider::Openai);
    }
    if host.ends_with(".openai.azure.com")
        || host.ends_with(".cognitiveservices.azure.com")
        || host.ends_with(".services.ai.azure.com")
    {
        return Some(Provider::Azure);
    }
    let found = named(host);
    if found.gateway.is_some() {
        return Some(Provider::Gateway);
    }
    (found.other || found.mention || found.host == Some(Provider::Other)).then_some(Provider::Other)
}

#[cfg(test)]
mod tests {
    use super::{MARKERS, Marker, named};
    use crate::model::Provider;

    #[test]
    fn markers_are_unique() {
        let mut texts: Vec<_> = MARKERS.iter().map(|(text, _)| text).collect();
        texts.sort_unstable();
        let count = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    /// Markers that stand beside another literal in every rendering known, such as a class, a type or a code.
    const NEVER_ALONE: &[&str] = &[
        "chatgpt.com/backend-api",
        ".services.ai.azure.com",
        "AzureException",
        "valid key for an active subscription",
        "missing subscription key",
        "apim-request-id",
        "Public access is disabled. Please configure private endpoint",
        "Principal does not have access to API/Operation",
        "Access token is missing, invalid, audience is incorrect",
        "content management policy",
        "ApiError(ApiError",
        "APITimeoutError: Request timed out.",
        "APITimeoutError('Request timed out.')",
        "PermissionDeniedError('<",
        "model_name: gpt-",
        "sk-admin*",
        "An error ocurred during streaming",
        "req_",
        "/v1/responses",
        "/v1/embeddings",
        "/v1/images/generations",
        "/v1/audio/transcriptions",
        "/v1/moderations",
        "azureml-model",
        "aka.ms/oai",
        "Invalid proxy server token",
        "Budget has been exceeded",
        "Invalid model name passed in model=",
        "No deployments available for selected model",
        "gateway.ai.cloudflare.com",
        "Api-Key, Workload",
        "in organization org-",
        "must be made with a session key",
        "not_authorized_invalid_project",
        "credit_balance_exhausted",
        "Key limit exceeded (",
        "No auth credentials found",
        "Provider returned error",
        "This request requires more credits, or fewer",
        "free-models-per-",
    ];

    #[test]
    fn the_scan_finds_every_marker_that_decides_alone() {
        for (text, marker) in MARKERS {
            let is_of_another = *marker == Marker::Host(Provider::Other);
            let decides =
                !is_of_another && !matches!(marker, Marker::Other | Marker::Mention | Marker::Nothing);
            let is_found = !decides || crate::scan::is_hit(text);
            assert_eq!(is_found, !NEVER_ALONE.contains(text), "{text}");
        }
    }

    #[test]
    fn hosts_win_over_sentences() {
        assert_eq!(named("POST https://api.anthropic.com/v1/messages 401").provider(), Some(Provider::Other));
        assert_eq!(named("openai.AuthenticationError: x").provider(), Some(Provider::Openai));
        assert_eq!(named("customer sync failed").provider(), None);
        let refused =
            "401 Access denied due to invalid subscription key, use a valid key for an active subscription";
        assert_eq!(
            named(&format!("https://a.openai.azure.com/ {refused}")).provider(),
            Some(Provider::Azure)
        );
        let vision = "https://a.cognitiveservices.azure.com/vision/v3.2/ocr";
        assert_eq!(named(&format!("{vision} {refused}")).provider(), Some(Provider::Other));
        let speech = "https://westeurope.tts.speech.microsoft.com/cognitiveservices/v1";
        assert_eq!(named(&format!("{speech} {refused}")).provider(), Some(Provider::Other));
    }

    #[test]
    fn the_name_of_another_provider_is_no_answer_of_it() {
        let told = |text: &str| named(text).provider();
        let link = "see https://platform.openai.com/account/api-keys";
        assert_eq!(told(&format!("falling back to anthropic: {link}")), Some(Provider::Openai));
        assert_eq!(told(&format!("going on with anthropic. {link}")), Some(Provider::Openai));
        assert_eq!(told("openai via anthropic: Error code: 401"), Some(Provider::Other));
        assert_eq!(told(&format!("anthropic.AuthenticationError: {link}")), Some(Provider::Other));
    }
}
