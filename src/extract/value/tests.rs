#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, unescape};

fn check(text: &str, expected: Value) {
    let reading = read(text).unwrap_or_else(|| panic!("nothing read: {text}"));
    assert_eq!(reading.value, expected, "{text}");
    assert!(reading.is_complete, "incomplete: {text}");
    assert_eq!(reading.end, text.len(), "read up to {:?}", text.get(..reading.end));
}

fn check_cut(text: &str, expected: Value) {
    let reading = read(text).unwrap();
    assert_eq!((reading.value, reading.is_complete), (expected, false), "{text}");
}

#[test]
fn json_is_read() {
    check(
        r#"{"error": {"code": null, "n": [1, -2.5e3, true]}}"#,
        json!({"error": {"code": null, "n": [1, -2.5e3, true]}}),
    );
    check(r#"" \u00e9 \ud83d\ude00 \"q\" \/""#, json!(" é 😀 \"q\" /"));
    check("{}", json!({}));
    check("[]", json!([]));
}

#[test]
fn what_an_object_of_node_calls_itself_is_passed_over() {
    check(
        "{ headers: Object [AxiosHeaders] { 'retry-after': '3' }, body: Readable [Stream] [x] { a: 1 } }",
        json!({"headers": {"$class": "Object", "retry-after": "3"}, "body": {"$class": "Readable", "a": 1}}),
    );
    check("{ list: Uint8Array [ 1, 2 ] }", json!({"list": "Uint8Array [ 1, 2 ]"}));
}

#[test]
fn a_string_that_is_cut_behind_blanks_and_a_line_break_ends_before_them() {
    check_cut("{'message': 'ab  \n é", json!({"message": "ab"}));
    check_cut("{'message': 'é \t\r\n\n é\n", json!({"message": "é"}));
}

#[test]
fn python_repr_is_read() {
    check(
        r#"{'error': {'message': "You didn't say \"please\".", 'param': "a['b']", 'code': None, 'ok': True}}"#,
        json!({"error": {"message": "You didn't say \"please\".", "param": "a['b']", "code": null, "ok": true}}),
    );
    check(
        r"{'message': 'Invalid value: \'foo\'. \xe9 \u2019 \U0001f600'}",
        json!({"message": "Invalid value: 'foo'. é ’ 😀"}),
    );
    check(
        "(b'HTTP/1.1', 401, b'Unauthorized', [(b'date', b'Fri, 20')])",
        json!(["HTTP/1.1", 401, "Unauthorized", [["date", "Fri, 20"]]]),
    );
    check("('a',)", json!(["a"]));
    check("('one '\n 'two')", json!("one two"));
    check("{'a', 'b'}", json!(["a", "b"]));
    check(
        "{'sock': <socket.socket fd=3, laddr=('0.0.0.0', 0)>, 'r': <Response [401 Unauthorized]>}",
        json!({"sock": "<socket.socket fd=3, laddr=('0.0.0.0', 0)>", "r": "<Response [401 Unauthorized]>"}),
    );
    check("{'key': 'sk-abc'+58, 'b': 1}", json!({"key": "sk-abc", "b": 1}));
}

#[test]
fn python_constructors_are_read() {
    check("BatchError(code='x', line=None)", json!({"$class": "BatchError", "code": "x", "line": null}));
    check("Headers([('k', 'v'), ('k', 'w')])", json!([["k", "v"], ["k", "w"]]));
    check("CaseInsensitiveDict({'Date': 'x'})", json!({"Date": "x"}));
    check(
        "Headers({'k': 'v'}, encoding='utf-8')",
        json!({"$class": "Headers", "encoding": "utf-8", "$args": [{"k": "v"}]}),
    );
    check(
        "<CIMultiDictProxy('Date': 'x', 'Server': 'y')>",
        json!({"$class": "CIMultiDictProxy", "Date": "x", "Server": "y"}),
    );
    check(
        r#"("<class 'x.Y'> failed", AuthenticationError("Error code: 401 - {'error': 1}"))"#,
        json!(["<class 'x.Y'> failed", "Error code: 401 - {'error': 1}"]),
    );
    check(
        "InvalidRequestError(message='m', param=None, http_status=404)",
        json!({"$class": "InvalidRequestError", "message": "m", "param": null, "http_status": 404}),
    );
}

#[test]
fn node_inspect_is_read() {
    check(
        "{\n  status: 401,\n  headers: Headers {\n    date: 'Fri',\n    'x-request-id': 'req_0',\n    'alt-svc': 'h3=\":443\"; ma=86400'\n  },\n  error: {\n    message: `It's \"x\".`,\n    param: undefined\n  }\n}",
        json!({"status": 401, "headers": {"$class": "Headers", "date": "Fri", "x-request-id": "req_0", "alt-svc": "h3=\":443\"; ma=86400"},
            "error": {"message": "It's \"x\".", "param": null}}),
    );
    check("{ body: '{\\n' +\n    '  \"a\": 1\\n' +\n    '}' }", json!({"body": "{\n  \"a\": 1\n}"}));
    check(
        "{ f: [Function: x], g: [Function (anonymous)], o: [Object], c: [Circular *1], s: [Getter/Setter] }",
        json!({"f": "[Function: x]", "g": "[Function (anonymous)]", "o": "[Object]", "c": "[Circular *1]", "s": "[Getter/Setter]"}),
    );
    check("[ [Function: x], 'b', ... 3 more items ]", json!(["[Function: x]", "b"]));
    check(
        "<ref *1> Foo {\n  [Symbol(kCapture)]: false,\n  r: /^(?:Cookie)$/i\n}",
        json!({"$class": "Foo", "kCapture": false, "r": "/^(?:Cookie)$/i"}),
    );
    check(
        "Map(2) { 'date' => [Object], 'b' => 'c' }",
        json!({"$class": "Map", "date": "[Object]", "b": "c"}),
    );
    check("Headers(6) { a: '1' }", json!({"$class": "Headers", "a": "1"}));
    check(
        "{ _events: [Object: null prototype] { a: [Function: b] }, sockets: [Object: null prototype] {} }",
        json!({"_events": {"a": "[Function: b]"}, "sockets": {}}),
    );
    check(
        "{ a: Set(2) { 'x', 'y' }, l: Foo(1) [ 1 ], big: 10n, at: 2026-11-20T10:00:00.000Z }",
        json!({"a": ["x", "y"], "l": [1], "big": 10, "at": "2026-11-20T10:00:00.000Z"}),
    );
}

#[test]
fn errors_inside_node_objects_are_read() {
    check(
        "{\n  [cause]: Error: getaddrinfo ENOTFOUND api.openai.com\n      at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {\n    errno: -3008,\n    code: 'ENOTFOUND'\n  }\n}",
        json!({"cause": {"$class": "Error", "message": "getaddrinfo ENOTFOUND api.openai.com", "errno": -3008, "code": "ENOTFOUND"}}),
    );
    check(
        "{\n  errors: [\n    Error: connect ECONNREFUSED ::1:443\n        at x (node:net:1)\n        at y (node:net:2),\n    APICallError [AI_APICallError]: Incorrect\n        at z (a.js:1) {\n      statusCode: 401\n    }\n  ],\n  reason: 'r'\n}",
        json!({"errors": [{"$class": "Error", "message": "connect ECONNREFUSED ::1:443"}, {"$class": "APICallError", "message": "Incorrect", "statusCode": 401}], "reason": "r"}),
    );
    check(
        "{ [cause]: [Error: self signed, sorry] { code: 'X' }, e: [TypeError: no] }",
        json!({"cause": {"$class": "Error", "message": "self signed, sorry", "code": "X"}, "e": {"$class": "TypeError", "message": "no"}}),
    );
    assert_eq!(read("AuthenticationError: 401 Incorrect"), None);
}

#[test]
fn ruby_is_read() {
    check(
        r#"{"error" => {"message" => "m", "code" => nil}}"#,
        json!({"error": {"message": "m", "code": null}}),
    );
    check(
        r#"{:url=>"u", :status=>401, :body=>{:error=>{:type=>:auth}}}"#,
        json!({"url": "u", "status": 401, "body": {"error": {"type": "auth"}}}),
    );
    check(r#"{url: "u", status: 401, "a b": nil}"#, json!({"url": "u", "status": 401, "a b": null}));
}

#[test]
fn rust_debug_is_read() {
    check(
        r#"ApiError(ApiErrorResponse { status_code: 401, api_error: ApiError { message: "a \"b\"", r#type: Some("t"), param: None, code: Some("c") } })"#,
        json!({"$class": "ApiErrorResponse", "status_code": 401,
            "api_error": {"$class": "ApiError", "message": "a \"b\"", "type": "t", "param": null, "code": "c"}}),
    );
    check(
        r#"Reqwest(reqwest::Error { kind: Request, url: "http://h/", source: hyper::Error(Io, Os { code: 104, kind: ConnectionReset, message: "reset" }) })"#,
        json!({"$class": "reqwest::Error", "kind": "Request", "url": "http://h/", "source": ["Io", {"$class": "Os", "code": 104, "kind": "ConnectionReset", "message": "reset"}]}),
    );
    check(
        r#"Error("expected value", line: 1, column: 1)"#,
        json!(["expected value", "line: 1", "column: 1"]),
    );
}

#[test]
fn go_elixir_and_java_are_read() {
    check(
        "map[Content-Type:[application/json; charset=utf-8] Date:[Fri, 20 Nov 2026 10:00:00 GMT] N:<nil> S:401]",
        json!({"Content-Type": ["application/json; charset=utf-8"], "Date": ["Fri, 20 Nov 2026 10:00:00 GMT"], "N": null, "S": 401}),
    );
    check(
        "map[error:map[code:invalid_api_key message:Incorrect API key provided: x.]]",
        json!({"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: x."}}),
    );
    check(
        r#"map[string]interface {}{"error":map[string]interface {}{"code":"x"}, "l":[]string{"a", "b"}}"#,
        json!({"error": {"code": "x"}, "l": ["a", "b"]}),
    );
    check(r#"%{"error" => %{"code" => nil}, status: 401}"#, json!({"error": {"code": null}, "status": 401}));
    check(
        r#"%Req.Response{status: 401, headers: [timeout: 5]}"#,
        json!({"$class": "Req.Response", "status": 401, "headers": {"timeout": 5}}),
    );
    check("{date=x y, retry-after=[2]}", json!({"date": "x y", "retry-after": [2]}));
    check(r#"[Date:"Fri, 20", Retry-After:"2"]"#, json!({"Date": "Fri, 20", "Retry-After": "2"}));
}

#[test]
fn cut_text_yields_what_is_there() {
    check_cut(
        "{'error': {'message': 'Incorrect API key prov",
        json!({"error": {"message": "Incorrect API key prov"}}),
    );
    check_cut("{'error': {'code': 'x'", json!({"error": {"code": "x"}}));
    check_cut("{'error': ", json!({"error": null}));
    check_cut(r#"{"a": "b\"#, json!({"a": "b\\"}));
    check_cut(
        "{'error': {'message': 'Incorrect\nTraceback (most recent call last):\n  File x",
        json!({"error": {"message": "Incorrect"}}),
    );
    check_cut("[1, {\"a\": [2}", json!([1, {"a": [2]}]));
    check_cut("{\n  errors: [\n    Foo {\n", json!({"errors": [{"$class": "Foo"}]}));
}

#[test]
fn wrapped_and_careless_text_is_tolerated() {
    check(
        "{'message': 'Incorrect API key\n           provided: x', 'code': 'y'}",
        json!({"message": "Incorrect API key provided: x", "code": "y"}),
    );
    check("{'message': 'You didn't say', 'code': 'y'}", json!({"message": "You didn't say", "code": "y"}));
    check("{\"a\": 1,}", json!({"a": 1}));
}

#[test]
fn words_are_no_value() {
    for text in ["", "   ", "Error code: 401 - {'a': 1}", "plain words", "}", ", x", "<html", "/path/to"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn nesting_is_limited() {
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let reading = read(&deep).unwrap();
    assert_eq!((reading.end, reading.is_complete), (deep.len(), true));
    for unit in [
        "[",
        "{a:",
        "(",
        "Foo(",
        "Foo {",
        "map[a:",
        "[Error: ",
        "<",
        "'",
        "Err: x\n",
        "[Err: x\n",
        "\\",
        "{'a' ",
        "%{",
    ] {
        let text = format!("[{}", unit.repeat(200_000 / unit.len()));
        assert!(read(&text).is_some(), "{unit}");
    }
}

#[test]
fn one_level_of_escapes_is_removed() {
    let twice = r#"{\\\"error\\\": {\\\"message\\\": \\\"a\\\\nb\\\"}}"#;
    let once = unescape(twice);
    assert_eq!(once, r#"{\"error\": {\"message\": \"a\\nb\"}}"#);
    assert_eq!(unescape(&once), r#"{"error": {"message": "a\nb"}}"#);
    assert_eq!(unescape(r"\u003cb\u003e \x41 \q \"), "<b> A \\q \\");
    assert_eq!(unescape(r"caf\xc3\xa9 caf\xe9!"), "café café!");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0e6..1.0e6).prop_map(|number: f64| Value::from(number)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "'",
            "\"",
            "`",
            ":",
            ",",
            "=>",
            "=",
            "\\",
            "\\x",
            "\\u00",
            "\n",
            " ",
            "None",
            "Some(",
            "Error: x",
            "\n    at y",
            " {",
            "[Foo: ",
            "map[",
            "<",
            ">",
            "<ref *1> ",
            "%{",
            "...",
            "+",
            "é",
            "#",
            "/",
            "Foo(2) ",
            "b'",
            "[]x{",
            "1",
            "-",
            ".",
        ])
        .prop_map(String::from),
        "[a-z0-9 ]{0,6}",
    ]
}

proptest! {
    #[test]
    fn json_comes_back_as_it_was(value in json_value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let reading = read(&text).unwrap();
            prop_assert_eq!(&reading.value, &value);
            prop_assert_eq!((reading.end, reading.is_complete), (text.len(), true));
        }
    }

    #[test]
    fn any_text_is_read_without_panic(pieces in prop::collection::vec(piece(), 0..40), other in any::<String>()) {
        for text in [pieces.concat(), other] {
            if let Some(reading) = read(&text) {
                prop_assert!(reading.end <= text.len());
                prop_assert!(text.is_char_boundary(reading.end));
            }
            unescape(&text);
        }
    }
}
