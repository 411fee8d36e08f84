#include "api/answer.h"

#include "api/problem.h"

void answer_problem(Exchange *exchange, int status, Err code, const Why *why) {
    own(buf_end) Buf body = buf_begin(64 * KiB);
    if (status == 0) status = err_http_status(code);
    problem_write(&body, status, code, why, text_keep(exchange_arena(exchange), exchange_request(exchange)->path));
    exchange_answer(exchange, status, "application/problem+json", "Cache-Control: no-store\r\n", buf_text(&body));
}

void answer_json(Exchange *exchange, int status, const char *headers, const Buf *body) {
    Why why = { 0 };
    Err err = buf_check(body, "the answer", &why);
    if (err != OK) {
        answer_problem(exchange, 500, err, &why);
        return;
    }
    char *lines = text_format(exchange_arena(exchange), "Cache-Control: no-store\r\n%s", headers);
    exchange_answer(exchange, status, "application/json", lines, buf_text(body));
}
