# Telegram: what a person reads in a chat.

telegram-start =
    Hello, I am Alıntı (Turkish for “quotation”).

    Write your question; I look for the answer in the documents and show you the place word for word, with its source. I add nothing of my own, and when I find nothing, I say so.

    To see how I work: /help
telegram-help =
    Ways to ask me:

    • Here, just write your question.
    • In a group, put /ask before it: /ask When was the meeting?
    • To ask what somebody else wrote, reply to their message with /ask.

    My answer is always a verbatim quote from a document: the sentence that answers is in bold, its source stands below. An ellipsis (…) shows where a paragraph was shortened.
telegram-how-to-ask = Write your question after the command: /ask When was the meeting?
telegram-no-question = I see no question here; could you put it into words?
telegram-text-only = I can only read written questions; could you send yours as a message?
telegram-no-files = I cannot add documents from here yet; the person who runs this bot adds them. If you have a question, you can send it as a message.
telegram-unknown-command = I do not know this command. You can simply write your question; for help: /help
telegram-not-found = I could not find the answer to this question in the documents.
telegram-no-documents = No documents have been added yet. I can answer once the person who runs this bot adds some with “alinti add”.
telegram-library-trouble = I cannot reach the documents right now; please ask again a little later. The person who runs this bot can see the reason in the log.
telegram-trouble = Sorry, something went wrong and I could not answer your question. Please ask again a little later.
telegram-limit-person = That is more messages than I can answer in a minute. Please ask again in { $seconds } seconds.
telegram-limit-group = I have given this group as many answers in a minute as Telegram allows. Please ask again in { $seconds } seconds.
telegram-page = p. { $page }

# Below a quote, at a prompt too.

telegram-copies = Almost the same text stands in { $copies ->
    [one] 1 more place.
   *[other] { $copies } more places.
}
telegram-mended = Searched for { $sought } (typed: { $typed })

# To a message of nothing but courtesy, at a prompt too.

telegram-courtesy-greeting = Hello! Write your question; I will look for the answer in the documents and show it word for word. For example: When was the meeting?
telegram-courtesy-thanks = You are welcome. If you have another question, just write it.
telegram-courtesy-closing = Whenever you have a question, just write it; I will look it up in the documents.

# Telegram: the menu of commands.

telegram-command-ask = Ask the documents a question
telegram-command-help = How to ask
telegram-command-start = What is Alıntı?

# Terminal: what a person reads at a prompt.

terminal-welcome = Alıntı · { $documents ->
    [one] 1 document.
   *[other] { $documents } documents.
}
terminal-samples = Nothing has been added yet, so the samples answer; for documents of your own: alinti add FILE
terminal-try = Try: Which sentence is marked in bold?
terminal-usage = Type a question. An empty line shows the next quote, q leaves.
terminal-not-found = I found no answer to this in the documents.
terminal-no-question = I see no question here; please ask in words.
terminal-near-hint = (An empty line shows the nearest passages.)
terminal-near = Not an answer; the nearest passages:
terminal-no-more = There are no more quotes to show.
terminal-confidence = confidence: { $percent }%
terminal-adding = Adding
terminal-file-added = added: { $file } ({ $passages ->
    [one] 1 passage
   *[other] { $passages } passages
})
terminal-file-replaced = updated: { $file } ({ $passages ->
    [one] 1 passage
   *[other] { $passages } passages
})
terminal-file-copy = same content already here: { $file }
terminal-file-unchanged = already here: { $file }
terminal-summary = { $counts }; { $passages ->
    [0] the library is still empty.
    [one] the library holds 1 passage.
   *[other] the library holds { $passages } passages.
}
terminal-nothing-new = Nothing new
terminal-first-count = { $count } { $outcome }
terminal-next-count = { $count } { $outcome }
terminal-outcome-added = added
terminal-outcome-replaced = updated
terminal-outcome-unchanged = already here
terminal-outcome-unreadable = could not be read
terminal-encoding = This model has encoded { $done } of { $total } passages. It encodes the rest in the background; the bundled model searches meanwhile.
terminal-to-encode = This model has encoded { $done } of { $total } passages, and the bundled model searches until it has encoded all. To encode the rest: alinti encode
terminal-encoded = Encoded with this model: { $done } of { $total } passages.
terminal-no-documents = There are no documents yet. To add some: alinti add FILE
terminal-removed = Document { $id } is removed.
terminal-no-such-document = There is no document { $id }. For the ids: alinti documents
terminal-column-id = id
terminal-column-title = document
terminal-column-passages = passages
terminal-column-added = added
terminal-column-source = source
