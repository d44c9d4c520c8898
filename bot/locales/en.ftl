### A file of this folder is a language of the bot; this is English, which stands in for all others.
###
### To add a language, copy this file to the language's two-letter ISO 639-1 code (German: de.ftl) and
### translate what stands behind each "=". Nothing else is to be changed: messages, the menu of commands,
### the bot's name and description, /settings and ALINTI_LANGUAGE find the file.
###
### - What stands in braces, as { $seconds }, is filled in: keep it, at the place where the language wants it.
### - "[one] ... *[other] ..." chooses by number. Write as many forms as the language has; where it has one, as
###   Turkish, write the sentence without a choice (https://projectfluent.org/fluent/guide/selectors.html).
### - telegram-ask-command is what people type behind "/": small Latin letters, digits and "_". The commands of
###   all languages work for everybody. The other commands are the same in every language.
### - Telegram has room for 64 characters in telegram-name, 512 in telegram-description, 120 in
###   telegram-short-description and 256 in the description of a command.
###
### "pytest tests/test_localization.py tests/test_profile.py" names what is missing, left over, too long or still
### English.

# Telegram: what a person reads in a chat.

telegram-start =
    Hello, I am Alıntı (Turkish for “quotation”).

    Write your question; I look for the answer in the documents and show you the place word for word, with its source. I add nothing of my own, and when I find nothing, I say so.

    To have me look in documents of your own, send their files here: PDF, Word, EPUB and others.

    To see how I work: /help
telegram-start-forgotten = I no longer have the question that you came with; please write it here once more.
telegram-help =
    Ways to ask me:

    • Here, just write your question.
    • In a group, put /ask before it: /ask your question
    • To ask what somebody else wrote, reply to their message with /ask.
telegram-help-inline = • In any chat, write { $bot } and your question: I list quotes from what you may read.
telegram-help-quote = My answer is always a verbatim quote from a document: the sentence that answers is in bold, its source stands below. An ellipsis (…) shows where a paragraph was shortened. If you edit your question, I change my answer.
telegram-help-buttons = The buttons below a quote: ‹ and › show the other quotes, ⤢ shows what stands around it, 👍 and 👎 tell me whether it helped. You can also share a quote or copy it.
telegram-help-commands = /settings: language, and whether questions are kept. /forget_me erases what I keep of you.
telegram-help-group =
    In this group, ask me with /ask: /ask your question
    To ask what somebody else wrote, reply to their message with /ask. You can also reply to me.

    My answer is a verbatim quote with its source; its buttons show the other quotes and what stands around them. Apart from documents that admins send, I neither read nor keep messages that are not for me.

    /forget_me erases what I keep of you. For admins: /settings and /stats.
# Who writes nothing but one of these, or its like in any other language, is shown the help. Write whatever people
# may say for "help" and "who are you?", separated by commas. Capitals, accents and question marks do not matter.
telegram-help-words =
    help, help me, help please, please help, please help me, can you help, can you help me, could
    you help me, i need help, who are you, what are you, what is your name, what's your name, whats
    your name, what can you do, what can you do for me, what do you do, what are you for, what is
    this bot, what does this bot do, what is this bot for, how do you work, how does this work, how
    does this bot work, how do i use this, how do i use this bot, how do i ask, how can i ask, how
    to use, how to ask, are you a bot, are you a robot, are you human, are you a human, are you an
    ai
# Who writes one of these in a few words of a file, or its like in any other language, wants it to be added.
telegram-add-words =
    add, save, upload, store, index, read this, read it, read that, read the file, read this file
telegram-how-to-ask = Write your question, too: /ask your question
telegram-no-question = I see no question here; could you put it into words?
telegram-text-only = I can only read written questions; could you send yours as a message?
telegram-unknown-command = I do not know this command. You can simply write your question; for help: /help
telegram-your-question = Your question: { $question }
telegram-not-found = I could not find the answer to this question in the documents.
telegram-no-documents = There are no documents to search here yet. Send me a file here, and I read it and answer your questions. What I can read: /add
telegram-no-documents-group = There are no documents to search here yet. An admin can add a file of this group by replying to it with /add.
telegram-library-trouble = I cannot reach the documents right now; please ask again a little later. The person who runs this bot can see the reason in the log.
telegram-trouble = Sorry, something went wrong and I could not answer your question. Please ask again a little later.
telegram-limit-person = That is more messages than I can answer in a minute. Please ask again in { $seconds ->
    [one] 1 second.
   *[other] { $seconds } seconds.
}
telegram-limit-group = I have given this group as many answers in a minute as Telegram allows. Please ask again in { $seconds ->
    [one] 1 second.
   *[other] { $seconds } seconds.
}
telegram-page = p. { $page }
telegram-added = added { $date }

# Below a quote, at a prompt too.

telegram-copies = Almost the same text stands in { $copies ->
    [one] 1 more place.
   *[other] { $copies } more places.
}
telegram-mended = Searched for { $sought } (typed: { $typed })

# Telegram: the buttons of an answer. What they say must fit into 200 characters.

telegram-card-wide = ⤢ Context
telegram-card-narrow = ⤡ Shorter
telegram-card-share = ↗ Share
telegram-card-copy = 📋 Copy
telegram-card-nearest = Nearest places
telegram-card-near = Not an answer; the nearest places:
telegram-card-steps = ‹ and › step through the quotes.
telegram-card-voted = Thank you, your vote is counted. Press again to take it back.
telegram-card-vote-taken-back = Your vote is taken back.
telegram-card-old = The buttons of this answer no longer work; could you ask your question again?
telegram-card-gone = The document of this quote was removed or changed; ask again, and I will search the documents there are now.
telegram-card-alone = There is no text before or after this quote.
telegram-card-loading = I have just started and am loading the documents. Could you press again in a few seconds?
telegram-card-limit = That is more presses than I can follow in a minute. You can go on in { $seconds ->
    [one] 1 second.
   *[other] { $seconds } seconds.
}

# Telegram: settings, statistics, and to be forgotten. What a button answers must fit into 200 characters.

telegram-button-trouble = Sorry, something went wrong. Please try again a little later.
telegram-settings =
    Settings of this chat

    Language: { $chosen }

    Text of questions: { $keeps ->
        [yes] I keep it, for a year at most, so that /stats can list the questions without an answer. If you stop this, I erase what I have kept.
       *[no] I do not keep it, I only count the questions. If you let me keep it, /stats can list those without an answer.
    }
telegram-settings-own-language = Each reader’s own
telegram-settings-my-language = My Telegram language
telegram-settings-keep = Keep the text of questions
telegram-settings-erase = Stop keeping and erase
telegram-settings-saved = Saved.
telegram-settings-admins-only = Only the admins of this group can see and change its settings.
telegram-stats =
    In this chat, in the last year:

    Questions: { $questions }
    Answered: { $answered } ({ $percent }%)
    Votes: 👍 { $up } · 👎 { $down }
telegram-stats-nothing = No questions are counted here.
telegram-stats-open = The last questions without an answer:
telegram-stats-none-open = Since I keep the text of questions here, each has found an answer.
telegram-stats-no-text = I do not keep the text of questions here, so I cannot list those without an answer. You can change that with /settings
telegram-stats-admins-only = Only the admins of this group can see its statistics.
telegram-forget =
    If you press the button, I erase what I keep of you in all chats: the questions you asked, your votes, and the settings of our private chat. Groups still count your questions, but no longer as yours; the buttons below their answers stop working.

    I do not erase documents, nor messages in Telegram: those you can delete yourself.
telegram-forget-kept = I keep of you: { $questions ->
    [one] 1 question
   *[other] { $questions } questions
} and { $votes ->
    [one] 1 vote.
   *[other] { $votes } votes.
}
telegram-forget-nothing = I keep nothing of you.
telegram-forget-button = Erase
telegram-forget-erased = Erased: { $questions ->
    [one] 1 question
   *[other] { $questions } questions
} and { $votes ->
    [one] 1 vote.
   *[other] { $votes } votes.
}
telegram-forget-done = I have erased what I kept of you.
telegram-forget-not-yours = This button is for the person who wrote /forget_me. You can write it, too.
telegram-forget-anonymous = You write in the name of a chat, so I cannot tell who you are. Please write /forget_me to me in our private chat.

# Telegram: what a group is greeted with, one line each: who, how to ask, what the bot sees of it. The
# last two return courtesy there.

telegram-groups-who = Hello, I am Alıntı: I look for answers in documents and show you the place word for word, with its source.
telegram-groups-how = To ask: /ask your question. You can also reply to a message with /ask, or to one of mine with a question. More: /help
telegram-groups-all = All messages of this group come to me, but I read only commands, replies to me, mentions of { $bot } and documents that admins send; the others I neither read nor keep.
telegram-groups-admin = As I am an admin, all messages of this group come to me, but I read only commands, replies to me, mentions of { $bot } and documents that admins send; the others I neither read nor keep.
telegram-groups-privacy = Here I see only commands and replies to me; to have me answer mentions of { $bot }, too, make me an admin.
telegram-groups-greeting = Hello! To ask me: /ask your question
telegram-groups-thanks = You are welcome.

# Telegram: answers in any chat, inline or as a guest. The first four stand on one line above a list.

telegram-inline-hint = Type your question: three letters or more
telegram-inline-no-documents = There are no documents for you to read yet
telegram-inline-trouble = Documents out of reach; ask in private
telegram-inline-ask-privately = Ask in the private chat
telegram-inline-ask = Ask a question
telegram-inline-not-found-title = No answer found
telegram-inline-not-found = I could not find the answer to “{ $question }” in the documents.
telegram-inline-gone-title = This quote is gone
telegram-inline-gone = The document of this quote was removed or changed, or it is not for you to read.
telegram-guest-how-to-ask =
    Write your question together with my name: @{ $bot } your question

    Or reply with my name to a message, and I look in the documents for a place that supports it.
telegram-guest-no-documents = There are no documents that I could search in this chat.
telegram-guest-no-evidence = I found no place in the documents that supports this.

# To a message of nothing but courtesy, at a prompt too.

telegram-courtesy-greeting = Hello! Write your question; I will look for the answer in the documents and show it word for word.
telegram-courtesy-thanks = You are welcome. If you have another question, just write it.
telegram-courtesy-closing = Whenever you have a question, just write it; I will look it up in the documents.

# ---- documents: /documents, the list of a chat and each of its entries. What a button answers must fit into 200
# characters.

telegram-command-documents = Documents of this chat
telegram-help-documents = /documents lists the documents: you can open and read, rename and remove them.
telegram-help-documents-group = /documents lists the documents of this group. Admins can rename and remove them.
telegram-documents-own = Documents of this chat
telegram-documents-everybody = Everybody’s documents
telegram-documents-count = { $count ->
    [one] 1 document
   *[other] { $count } documents
}, { $passages ->
    [one] 1 passage
   *[other] { $passages } passages
}
telegram-documents-none = There are no documents here yet. How to add one: /add
telegram-documents-others = In this chat I also look in { $count ->
    [one] 1 document
   *[other] { $count } documents
} of other collections: /collections
telegram-documents-passages = { $count ->
    [one] 1 passage
   *[other] { $count } passages
}
telegram-documents-pages = { $count ->
    [one] 1 page
   *[other] { $count } pages
}
telegram-documents-parts = { $count ->
    [one] 1 part
   *[other] { $count } parts
}
telegram-documents-passage = Passage { $number } of { $passages }
telegram-documents-open = 📖 Open passages
telegram-documents-rename = ✏️ Rename
telegram-documents-remove = 🗑 Remove
telegram-documents-list = « Documents
telegram-documents-back = « Document
telegram-documents-show = Show the document
telegram-documents-ask-removal = { $documents ->
    [one] Remove this document with its { $passages ->
        [one] passage
       *[other] { $passages } passages
    }? This cannot be undone.
   *[other] Remove this document with all of its { $documents } parts and { $passages } passages? This cannot be undone.
}
telegram-documents-yes = Yes, remove
telegram-documents-no = No
telegram-documents-removed = Removed. I quote nothing of this document any more, anywhere.
telegram-documents-gone = This document is no longer here.
telegram-documents-ask-title = Reply to this message with the document’s new title.
telegram-documents-renamed = The document is now called: { $title }
telegram-documents-old = This button no longer works. To list the documents again: /documents
telegram-documents-admins-only = Only the admins of this group can rename and remove its documents.

# Telegram: the language itself, and what people see before they write.

telegram-language-name = English
telegram-name = Alıntı
telegram-description =
    Ask a question: I look for the answer in the documents and show you the place word for word, the sentence that answers in bold, with its source.

    I add nothing of my own, and when I find nothing, I say so. Send me documents of your own as files. In groups, ask me with /ask.
telegram-short-description = Answers questions with verbatim quotes from documents, with their source.

# Telegram: the menu of commands.

telegram-ask-command = ask
telegram-command-ask = Ask the documents a question
telegram-command-help = How to ask, and to add documents
telegram-command-settings = Language, and whether questions are kept
telegram-command-stats = Questions, answers and votes of this chat
telegram-command-forget-me = Erase what is kept of me
telegram-command-start = What is Alıntı?
telegram-command-doctor = What works, and what is to be mended

# Telegram and terminal: /doctor and “alinti doctor”. Each line says what is, or the step that mends it.

telegram-doctor-no-token = There is no token. Set ALINTI_TOKEN to what @BotFather gave you.
telegram-doctor-refused = Telegram refuses the token ({ $reason }). Set ALINTI_TOKEN to the token that @BotFather shows under /mybots, “API Token”; if ALINTI_API_URL is set, see that it is the right server.
telegram-doctor-unreachable = Telegram cannot be reached at { $server } ({ $reason }). Check this machine’s network, its proxy variables and ALINTI_API_URL.
telegram-doctor-token = The token is that of { $bot }.
telegram-doctor-privacy-on = Privacy mode is on: in groups where I am no administrator I get commands and replies to me, but no mentions. If mentions are to work, send /setprivacy to @BotFather, choose “Disable”, and add me to the group again.
telegram-doctor-privacy-off = Privacy mode is off: Telegram sends me all messages of my groups, so mentions work. What is not for me I neither read nor keep, apart from documents that admins send.
telegram-doctor-inline = Inline mode is on: { $bot } and a question give quotes in any chat.
telegram-doctor-inline-off = Inline mode is off. Send /setinline to @BotFather, choose { $bot }, and write what the empty field is to show, such as “Your question”.
telegram-doctor-guest = Guest mode is on: a mention of { $bot } is answered in chats where I am no member.
telegram-doctor-guest-off = Guest mode is off. Open the Mini App of @BotFather, choose { $bot }, and turn on “Guest Mode” in its settings.
telegram-doctor-feedback = Inline feedback is on: I am told which quote was chosen.
telegram-doctor-feedback-unknown = Inline feedback: I have not been told of a chosen quote yet. Send /setinlinefeedback to @BotFather, choose { $bot } and 100%, then choose one of my inline quotes once.
telegram-doctor-polling = I fetch updates from Telegram (polling). Waiting there: { $waiting }.
telegram-doctor-polling-behind = I fetch updates from Telegram (polling), and { $waiting } of them are waiting there. See that “alinti run” is running, once, and what it logs.
telegram-doctor-polling-blocked = ALINTI_WEBHOOK_URL is not set, but Telegram delivers updates to { $host }. Start “alinti run”, which takes that address away, or set ALINTI_WEBHOOK_URL.
telegram-doctor-webhook = Telegram delivers updates to { $host } (webhook). Waiting there: { $waiting }.
telegram-doctor-webhook-missing = ALINTI_WEBHOOK_URL is set, but Telegram delivers no updates to { $host }. Start “alinti run”, which registers it.
telegram-doctor-webhook-error = Telegram could not deliver updates to { $host } ({ $time }: { $reason }); { $waiting } are waiting. See that “alinti run” is running, that the address can be reached from the internet on port 443, 80, 88 or 8443, and that its certificate is valid.
telegram-doctor-admin = Rights here: I am an administrator, get all messages and may answer.
telegram-doctor-member = Rights here: I am a member and may answer.
telegram-doctor-silenced = Rights here: I may not write. An administrator of the group can allow me to send messages, or make me an administrator.
telegram-doctor-topics = This group has topics: I answer in that of the question; in a closed one only if I am an administrator who may manage topics.
telegram-doctor-more = For all the rest, send me /doctor in our private chat.
telegram-doctor-files = Files of up to 20 MB can be fetched. A Bot API server of your own, started with --local and named in ALINTI_API_URL, makes it 2000 MB.
telegram-doctor-files-local = The Bot API server { $server } fetches files of up to 2000 MB if it was started with --local, else 20 MB.
telegram-doctor-loading = The documents are still being loaded. Ask again in a moment.
telegram-doctor-model = Model: { $model }. Encoded: { $done } of { $total } passages.
telegram-doctor-model-behind = Model: { $model } has encoded { $done } of { $total } passages, and the bundled model searches until it has encoded all. “alinti run” encodes the rest in the background; to do it now: alinti encode
telegram-doctor-library = Library: { $documents ->
    [one] 1 document.
   *[other] { $documents } documents.
}
telegram-doctor-library-empty = Library: there are no documents. To add some: alinti add FILE
telegram-doctor-samples = Samples: { $passages ->
    [one] 1 of these passages is
   *[other] { $passages } of these passages are
} from the samples of the terminal, which no chat searches.
telegram-doctor-disk = Disk: { $free } free for { $folder }.
telegram-doctor-disk-full = Disk: only { $free } free for { $folder }. Below { $least } MB I take in nothing new and only answer questions. Make room there, or name another folder in ALINTI_DATA.
telegram-doctor-disk-locked = Disk: { $folder } cannot be written ({ $reason }). Give the user of this process the right to write there, or name another folder in ALINTI_DATA.
telegram-doctor-no-doubles = No message stands twice, as far as I can tell.
telegram-doctor-doubles = Messages that may stand twice since I was started: { $count }. Each time the connection broke while one was on its way. If it becomes more, check this machine’s network and its proxy.

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
terminal-file-series = added: { $file } ({ $documents } parts, { $passages } passages; { $unchanged } parts were there already)
terminal-file-gone = removed (the file is gone): { $file }
terminal-parts = { $count } parts
terminal-watching = Watching { $folders } (Ctrl+C ends it)
terminal-exported = { $file } is written: { $count ->
    [one] 1 document.
   *[other] { $count } documents.
}
terminal-imported = { $file }: { $documents } added ({ $passages } passages), { $unchanged } already here.
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
terminal-skipped = Skipped (this kind is not read): { $count ->
    [one] 1 file
   *[other] { $count } files
}: { $names }
terminal-skipped-more = { $names } and { $count } more
terminal-encoding = This model has encoded { $done } of { $total } passages. It encodes the rest in the background; the bundled model searches meanwhile.
terminal-to-encode = This model has encoded { $done } of { $total } passages, and the bundled model searches until it has encoded all. To encode the rest: alinti encode
terminal-encoded = Encoded with this model: { $done } of { $total } passages.
terminal-no-documents = There are no documents yet. To add some: alinti add FILE
terminal-removed = { $count ->
    [one] Document { $id } is removed.
   *[other] Document { $id } is removed, with its { $count } parts.
}
terminal-no-such-document = There is no document { $id }. For the ids: alinti documents
terminal-column-id = id
terminal-column-title = document
terminal-column-collection = collection
terminal-column-chat = chat
terminal-column-documents = documents
terminal-column-passages = passages
terminal-column-added = added
terminal-column-source = source

# ---- files and texts that are added from the chat: progress, receipts, and why not. What a button answers must fit
# into 200 characters.

telegram-command-add = Add a document or a text
telegram-help-add = To add a document, send its file here (PDF, Word, EPUB and others; all of them: /add). To add a message, reply to it with /add.
telegram-help-add-group = Admins add a file or a message of this group by replying to it with /add. Where I am an admin, too, it is enough that they send the file.
telegram-add-how =
    To add a document, send me its file, and I read it and add it to the documents. I read PDF, Word (.docx), EPUB, HTML, Markdown, plain text, subtitles (.srt, .vtt), tables of questions and answers (.csv), and the result.json that Telegram Desktop exports.

    To add a message, reply to it with /add. You can also write a text behind it: /add text
telegram-add-admins-only = Only the admins of this group can add and remove its documents.
telegram-add-too-many = Very many of your files are waiting already, so I could not take this one. Could you send it again when they are done?
telegram-add-message = message
telegram-add-waiting = ⏳ { $name }: waiting
telegram-add-paused = ⏳ { $name }: waiting until there is room on my disk
telegram-add-fetching = ⏳ { $name }: fetching it
telegram-add-reading = ⏳ { $name }: reading it
telegram-add-adding = ⏳ { $name }: adding it, { $passages ->
    [one] 1 passage
   *[other] { $passages } passages
}
telegram-add-done = { $done } of { $total } documents are done.
telegram-add-added = Added: { $pages ->
    [0] {""}
    [one] 1 page,{" "}
   *[other] { $pages } pages,{" "}
}{ $passages ->
    [one] 1 passage.
   *[other] { $passages } passages.
}
telegram-add-updated = Updated: { $pages ->
    [0] {""}
    [one] 1 page,{" "}
   *[other] { $pages } pages,{" "}
}{ $passages ->
    [one] 1 passage.
   *[other] { $passages } passages.
}
telegram-add-series = Added: { $documents ->
    [one] 1 part
   *[other] { $documents } parts
}, { $passages ->
    [one] 1 passage.
   *[other] { $passages } passages.
}{ $unchanged ->
    [0] {""}
    [one] {" "}1 part was here already.
   *[other] {" "}{ $unchanged } parts were here already.
}
telegram-add-stopped = These were erased; I will not add them.
telegram-add-into = Collection: { $title }.
telegram-add-already = This content is already here; I did not add it twice.
telegram-add-older = Its older version is still here: “{ $title }”. Shall I remove that?
telegram-add-older-of-list = its older version is still here; the button removes that.
telegram-add-undo-of-list = ↩ takes back what I added.
telegram-add-replace = Replace the old one
telegram-add-keep = Keep both
telegram-add-replaced = Its older version is removed and no longer quoted.
telegram-add-undo = ↩ Undo
telegram-add-undone = Removed.
telegram-add-removed = “{ $title }” is removed and no longer quoted.
telegram-add-gone = This document has been removed.
telegram-add-ask = Ask something
telegram-add-ask-private = Write your question; I will look for the answer in the documents.
telegram-add-ask-group = write your question as a reply to this message; I will look for the answer in the documents.
telegram-add-placeholder = Your question
telegram-add-too-big = This file has more than 20 MB, and Telegram does not give bots such files. Split it or make it smaller and send it again; the person who runs this bot can also add it with “alinti add”.
telegram-add-unavailable = Telegram did not give me this file. Could you send it again?
telegram-add-trouble = I could not add this now. Could you send it again a little later? The person who runs this bot finds the reason in the log.
telegram-add-full = With this there would be more than the { $most } passages that I may keep for one chat; remove something with /documents and send it again, or ask the person who runs this bot.
telegram-add-full-partly = I added only the first part of it: with the rest there would be more than the { $most } passages that I may keep for one chat; remove something with /documents and send it again, or ask the person who runs this bot.
telegram-add-no-room = My disk is almost full, so I take in nothing new at the moment, though I go on answering; please send it again later.
telegram-add-gave-up = I tried to read this several times in vain and gave up. Could you save it in another format and send that?
telegram-unreadable-damaged = The file seems to be damaged, so I could not read it. Could you save it again and send that?
telegram-unreadable-empty = There is no text to quote in this.
telegram-unreadable-encoding = I do not know the character encoding of this text. Could you save it as UTF-8 and send that?
telegram-unreadable-encrypted = The file is locked with a password. Could you send it without one?
telegram-unreadable-kind = I cannot read files of this kind. I read PDF, Word (.docx), EPUB, HTML, Markdown, plain text, subtitles (.srt, .vtt), tables of questions and answers (.csv), and Telegram’s result.json.
telegram-unreadable-missing = I could not find the file. Could you send it again?
telegram-unreadable-scanned = I found no text in this file: it looks scanned. Could you send it after text recognition (OCR)?
telegram-unreadable-slow = I could not read this file within the time allowed. Could you split it, or save it in another format?
telegram-unreadable-too-large = There is more in this file than I can read. Could you split it?
telegram-unreadable-unsafe = I did not open this file, since it does not look safe. Could you save it anew with the program that made it?

# ---- who is served

telegram-closed = This bot is open only to people and groups it knows. To use it, please ask the person who runs it.
telegram-closed-group = This bot is open only to groups it knows, so I am leaving; give the person who runs it this group’s number ({ $id }), and you can add me again.
telegram-doctor-closed = I serve only the { $people ->
    [one] 1 person
   *[other] { $people } people
} and { $chats ->
    [one] 1 chat
   *[other] { $chats } chats
} of ALINTI_ALLOWED, the bot’s operators, and the groups to which one of these people added me.
telegram-closed-inline = This bot is open only to people it knows

# ---- Telegram: channels. The first is a private message to who has made the bot an admin of one.

telegram-channels-greeting =
    From now on I read what is posted and edited in “{ $title }”. The members of the channel can ask me in a private chat, and its discussion group with /ask where it has added me. In the channel I write nothing of my own accord; a post that asks there, with /ask or with { $bot } at its beginning, I answer with a reply.

    For older posts, choose “Export chat history” in the channel’s menu in Telegram Desktop, JSON as the format, and send me the file result.json here.

    To take a post out of the archive, reply to it in the channel with /forget. Telegram does not tell me of deleted posts: send /forget before you delete one, or afterwards reply here with /forget to a quote that I made of it.
telegram-channels-imported = It is in the channel’s archive: the channel’s members can ask about it, too.
telegram-channels-forgotten = Taken out of the archive: it is quoted no more, and not read again if it is edited.
telegram-channels-forget-nothing = This is not in the archive; it is not quoted.
telegram-channels-forget-how = To take a channel’s post out of the archive, forward it to this chat, or choose a quote of it that I gave, and reply to that with /forget.
telegram-channels-forget-refused = Only the admins of the channel or chat to which this belongs can take it out of the archive.
telegram-channels-forget-document = This quote is not from a post but from a document. You can remove documents with /documents.

# ---- collections, export, erasure. What a button answers must fit into 200 characters.

telegram-command-collections = Which collections do questions search?
telegram-command-export = Get this chat’s documents as an archive
telegram-command-erase = Erase everything of this chat
telegram-help-collections = /collections shows what I search. /export gives you your documents as an archive, /erase erases everything of this chat. If you block me, I keep your documents for { $days } days, then I erase them.
telegram-help-collections-group = /collections shows what I search in this group. For admins: /export gives the group’s documents as an archive, /erase erases everything of the group. If I am removed from the group, I keep its documents for { $days } days, then I erase them.
telegram-collections-searched = I look up the questions of this chat in these collections:
telegram-collections-line = • { $title }: { $documents ->
    [one] 1 document
   *[other] { $documents } documents
}
telegram-collections-how = The buttons add and remove collections; I search those with ✓.
telegram-collections-operator =
    📥 chooses the collection to which the files go that you send here.

    Only you, who run the bot, can do this (a name has at most { $max } characters):
    /collections new Name
    /collections rename Old name = New name
    /collections erase Name
# What an operator types behind /collections; the words of every language work for everybody.
telegram-collections-word-new = new
telegram-collections-word-rename = rename
telegram-collections-word-erase = erase
telegram-collections-joined = This chat now searches this collection, too.
telegram-collections-left = This chat no longer searches this collection.
telegram-collections-target-chosen = The files that you send here now go to this collection; your questions search it, too.
telegram-collections-gone = This collection is no longer there, or you may no longer add it.
telegram-collections-old = This button no longer works. To list the collections again: /collections
telegram-collections-admins-only = Only the admins of this group can choose its collections.
telegram-collections-bad-name = Give the collection a name of 1 to { $max } characters, without “=”, as in: /collections new Regulations
telegram-collections-taken = There already is a collection named “{ $name }”.
telegram-collections-made = The collection “{ $name }” is ready. With /collections you choose where your files go; the admins of chats can add it there, too.
telegram-collections-renamed = The collection is now named: { $name }
telegram-collections-unknown = There is no collection named “{ $name }”. To see them all: /collections
telegram-collections-erase = Erase the collection “{ $name }” with its { $documents ->
    [one] 1 document?
   *[other] { $documents } documents?
} { $chats ->
    [one] 1 chat that has added it will
   *[other] { $chats } chats that have added it will
} no longer search it. The button works for { $minutes } minutes, and there is no way back.
telegram-collections-erase-yes = Yes, erase the collection
telegram-collections-erased = I have erased the collection “{ $name }”: { $documents ->
    [one] 1 document. It is
   *[other] { $documents } documents. They are
} quoted nowhere any more.
telegram-export-begun = I am packing your documents and will send them here as they are ready.
telegram-export-begun-private = I am packing this group’s documents and will send them to you in our private chat as they are ready.
telegram-export-running = I am packing this chat’s documents already; you can ask again when that is done.
telegram-export-nothing = This chat has no documents of its own.
telegram-export-no-private-chat = I would send the archive to you in our private chat, but I cannot write there yet. Open a chat with @{ $bot }, send /start, and then /export here once more.
telegram-export-anonymous = You write as the group, so I do not know whom to send the archive to. Could you write again without being anonymous?
telegram-export-admins-only = Only the admins of this group can get its documents.
telegram-export-done = The archive is complete: { $parts ->
    [one] 1 file.
   *[other] { $parts } files.
} The documents are in it as plain text; “alinti import” brings them back as they were.
telegram-export-too-large = A file of the archive is larger than 50 MB, which Telegram takes from no bot. The person who runs this bot can give it to you with “alinti export”.
telegram-export-trouble = I could not complete the archive; your documents are where they were. Please try again a little later. The person who runs this bot can see the reason in the log.
telegram-erase =
    Erase everything of this chat?

    • { $documents ->
        [one] 1 document
       *[other] { $documents } documents
    } ({ $passages ->
        [one] 1 passage
       *[other] { $passages } passages
    }), and what waits to be read
    • the record of { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    }, the votes, and the buttons of answers
    • settings, and the collections that were added

    Messages in Telegram stay. The button works for { $minutes } minutes, and there is no way back. To get the documents first: /export
telegram-erase-yes = Yes, erase everything
telegram-erase-no = Cancel
telegram-erase-begun = Erasing…
telegram-erase-kept = Cancelled; nothing was erased.
telegram-erase-late = This button has expired; nothing was erased. To ask again: /erase
telegram-erase-admins-only = Only the admins of this chat can erase everything of it.
telegram-erase-done = I have erased everything of this chat{ $documents ->
    [0] {""}
    [one] : 1 document and { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    }
   *[other] : { $documents } documents and { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    }
}. Nothing of it is quoted anywhere any more.
telegram-erase-trouble = Not everything is erased yet. To erase the rest, send /erase again a little later; the person who runs this bot can see the reason in the log.
