"""A scripted model server on 127.0.0.1: what a provider's API says, without a model.

`move.py` says what the model does, `scenarios.py` names such behaviours, `tools.py` finds the agent's own tool for
it, one module per API puts it into that API's words, `server.py` is HTTP, the record of all requests, and time.
Run it as `python3 -m model_server` (see `__main__.py`), talk to it with `client.py`. Standard library only.

The base URL of an agent begins with `Server.url("SCENARIO")`, or `url("SCENARIO~LABEL")` to tell its requests from
others with the same scenario. What comes after it depends on the API:

    API                      module               what an agent is given
    Anthropic Messages       anthropic_messages   ANTHROPIC_BASE_URL = url
    OpenAI Responses         openai_responses     base URL = url + "/v1"
    OpenAI Chat Completions  openai_chat          base URL = url + "/v1"; goose: OPENAI_HOST = what is before /SCENARIO,
                                                  OPENAI_BASE_PATH = "SCENARIO/v1/chat/completions"
    Gemini                   gemini               GOOGLE_GEMINI_BASE_URL = url

Scenarios, the same for every API; a refusal has the status, headers and body of that provider:

    text            says hello
    shell, turns    uses the agent's shell, and its way to write files, and says that it is done
    NAME            a script NAME.json of the folder --scripts (see scenarios.py): write-made and the others
    400             the prompt is too long
    401, wrong-key  the key is refused (Gemini tells a wrong key, with 400, from no valid credentials, with 401)
    403             the account may not do this
    429             too fast: again in a second
    usage           the limit of a plan or of a day: again in two hours
    credit          there is no money left
    500, 503, 529   an error inside, unavailable, overloaded (OpenAI and Gemini have no 529, and answer 503)
    flaky           503 for the first two requests of a label, then says hello
    empty           200 and nothing: a stream without an event, an answer without a word
    garbage         some words, then what is no JSON
    cut             some words, then the connection ends
    hang            not a byte
    hang-midway     some words, then not a byte
    slow            a word every quarter of a second, for 20 seconds

Every answer costs 2200 tokens in, of which 1000 were cached, and 34 out (an empty one: none out).

Requests beside the conversation (titles, summaries, who speaks next) do not take part in a script: they are refused or
hung as it says, and else get a word. They are known by offering no tools. aider never offers any; its conversation is
known by how its first message begins (openai_chat.py), and is told the whole script in one answer, files in the edit
format that it takes for an unknown model ("whole").
"""
