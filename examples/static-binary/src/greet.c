/* A greeting over HTTP by one small program: GET /health says ready, everything else who greets. One request at a time. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "unknown";
}

static void answer(int client) {
  /* An idle connection must not keep the next one waiting for long. */
  struct timeval limit = {.tv_sec = 1};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char request[2048], body[512], head[128];
  ssize_t length = recv(client, request, sizeof request - 1, 0);
  if (length <= 0) return;
  request[length] = 0;
  int health = strncmp(request, "GET /health", 11) == 0;
  int size = health ? snprintf(body, sizeof body, "ready\n")
                    : snprintf(body, sizeof body, "hello from %s %s in %s\n", setting("APP_NAME"), setting("APP_VERSION"),
                               setting("APP_ENVIRONMENT"));
  if (size >= (int)sizeof body) size = sizeof body - 1;
  int ahead = snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", size);
  send(client, head, ahead, MSG_NOSIGNAL);
  send(client, body, size, MSG_NOSIGNAL);
}

static void stop(int number) {
  (void)number;
  _exit(0);
}

int main(void) {
  struct sigaction on_stop = {.sa_handler = stop};
  sigaction(SIGTERM, &on_stop, NULL);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(setting("PORT")))};
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 128)) {
    perror("greet: PORT");
    return 1;
  }
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    answer(client);
    close(client);
  }
}
