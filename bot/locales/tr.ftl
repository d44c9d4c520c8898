### Türkçe. How to add a language stands at the head of en.ftl.

# Telegram: what a person reads in a chat.

telegram-start =
    Merhaba, ben Alıntı.

    Sorunuzu yazın; yanıtı belgelerde arar, bulduğum yeri kelimesi kelimesine ve kaynağıyla gösteririm. Kendimden tek söz katmam; bulamazsam bulamadığımı söylerim.

    Kendi belgelerinizde aramam için dosyalarını buraya gönderin: PDF, Word, EPUB ve başkaları.

    Nasıl çalıştığımı görmek için: /help
telegram-start-forgotten = Gelirken sorduğunuz soru artık bende yok; buraya bir kez daha yazar mısınız?
telegram-help =
    Bana soru sormanın yolları:

    • Burada sorunuzu olduğu gibi yazın.
    • Grupta sorunun başına /sor yazın: /sor sorunuz
    • Birinin yazdığını sormak için o mesaja /sor diye yanıt verin.
telegram-help-inline = • Herhangi bir sohbette { $bot } yazıp sorunuzu ekleyin: okuyabildiğiniz belgelerden alıntılar sıralarım.
telegram-help-quote = Yanıtım her zaman bir belgeden birebir alıntıdır: sorunuzu karşılayan cümle kalın yazılır, kaynağı altında durur. Üç nokta (…), paragrafın orada kısaltıldığını gösterir. Sorunuzu düzenlerseniz yanıtım da değişir.
telegram-help-buttons = Alıntının altındaki düğmeler: ‹ ve › öteki alıntıları, ⤢ alıntının çevresini gösterir; 👍 ve 👎 ile işinize yarayıp yaramadığını bildirirsiniz. Alıntıyı paylaşabilir ya da kopyalayabilirsiniz.
telegram-help-commands = /settings: dil ve soruların saklanıp saklanmayacağı. /forget_me sizinle ilgili sakladıklarımı siler.
telegram-help-group =
    Bu grupta bana /sor ile sorun: /sor sorunuz
    Birinin yazdığını sormak için o mesaja /sor diye yanıt verin. Benim mesajıma yanıt olarak da sorabilirsiniz.

    Yanıtım, kaynağıyla birlikte birebir bir alıntıdır; düğmeleri öteki alıntıları ve alıntının çevresini gösterir. Yöneticilerin gönderdiği belgeler dışında, bana yazılmayan mesajları ne okurum ne saklarım.

    /forget_me sizinle ilgili sakladıklarımı siler. Yöneticiler için: /settings ve /stats.
telegram-help-words =
    yardım, yardım et, yardım edin, yardım lütfen, lütfen yardım, bana yardım et, yardım eder misin,
    yardım eder misiniz, yardım lazım, kimsin, kimsiniz, sen kimsin, siz kimsiniz, kimsin sen,
    nesin, sen nesin, adın ne, senin adın ne, ne yapabilirsin, neler yapabilirsin, ne
    yapabiliyorsun, neler yapabiliyorsun, ne yaparsın, neler yaparsın, ne işe
    yararsın, ne işe yarıyorsun, bu bot ne yapar, bu bot ne işe yarar, bu bot nedir, bu ne botu,
    nasıl çalışıyorsun, nasıl çalışırsın, nasıl kullanılır, nasıl kullanırım, nasıl soru sorarım,
    nasıl soru sorulur, bot musun, robot musun, sen bot musun, sen robot musun, bir bot musun, bir
    robot musun, sen bir bot musun, sen bir robot musun, insan mısın, sen insan mısın, yapay zeka
    mısın, sen yapay zeka mısın
telegram-add-words =
    ekle, ekler misin, ekler misiniz, ekleyin, ekleyiniz, ekleyelim, ekleyebilir misin, ekleyebilir misiniz, eklesene,
    eklensin, kaydet, kaydeder misin, kaydedin, yükle, yükler misin, yükleyin, oku, okur musun, okur musunuz, okuyun
telegram-how-to-ask = Sorunuzu da yazın: /sor sorunuz
telegram-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazar mısınız?
telegram-text-only = Yalnızca yazılı soruları okuyabiliyorum; sorunuzu mesaj olarak yazar mısınız?
telegram-unknown-command = Bu komutu bilmiyorum. Sorunuzu doğrudan yazabilirsiniz; yardım için: /help
telegram-your-question = Sorunuz: { $question }
telegram-not-found = Belgelerde bu sorunun yanıtını bulamadım.
telegram-no-documents = Burada aranacak belge henüz yok. Dosyasını buraya gönderirseniz okur, sorularınızı yanıtlarım. Neleri okuduğum: /add
telegram-no-documents-group = Burada aranacak belge henüz yok. Bir yönetici, gruptaki bir dosyaya /add diye yanıt vererek ekleyebilir.
telegram-library-trouble = Belgelere şu anda ulaşamıyorum; lütfen biraz sonra yeniden sorun. Botu işleten kişi nedenini günlük kayıtlarında görebilir.
telegram-trouble = Kusura bakmayın, bir şeyler ters gitti ve sorunuzu yanıtlayamadım. Lütfen biraz sonra yeniden sorun.
telegram-limit-person = Bir dakika içinde bana çok sayıda mesaj yazdınız. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-limit-group = Bu grupta son bir dakikada Telegram’ın izin verdiği kadar yanıt verdim. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-page = s. { $page }
telegram-added = eklendi: { $date }

# Below a quote, at a prompt too.

telegram-copies = Hemen hemen aynı metin { $copies } yerde daha var.
telegram-mended = { $sought } olarak arandı (yazılan: { $typed })

# Telegram: the buttons of an answer. What they say must fit into 200 characters.

telegram-card-wide = ⤢ Bağlam
telegram-card-narrow = ⤡ Kısalt
telegram-card-share = ↗ Paylaş
telegram-card-copy = 📋 Kopyala
telegram-card-nearest = En yakın yerler
telegram-card-near = Bunlar yanıt sayılmaz; en yakın yerler:
telegram-card-steps = ‹ ve › ile öteki alıntılara geçebilirsiniz.
telegram-card-voted = Teşekkürler, oyunuz sayıldı. Yeniden basarsanız geri alınır.
telegram-card-vote-taken-back = Oyunuz geri alındı.
telegram-card-old = Bu yanıtın düğmeleri artık çalışmıyor; sorunuzu yeniden sorar mısınız?
telegram-card-gone = Bu alıntının belgesi kaldırılmış veya değişmiş; sorunuzu yeniden sorarsanız şu anki belgelerde arayabilirim.
telegram-card-alone = Bu alıntının öncesinde ve sonrasında başka metin yok.
telegram-card-loading = Yeni başladım, belgeler hazırlanıyor. Birkaç saniye sonra yeniden basar mısınız?
telegram-card-limit = Bir dakika içinde çok sayıda düğmeye bastınız. { $seconds } saniye sonra sürdürebilirsiniz.

# Telegram: settings, statistics, and to be forgotten. What a button answers must fit into 200 characters.

telegram-button-trouble = Kusura bakmayın, bir şeyler ters gitti. Lütfen biraz sonra yeniden deneyin.
telegram-settings =
    Bu sohbetin ayarları

    Dil: { $chosen }

    Soruların metni: { $keeps ->
        [yes] En çok bir yıl saklıyorum; böylece /stats yanıtsız kalan soruları listeleyebiliyor. Vazgeçerseniz sakladıklarımı silerim.
       *[no] Saklamıyorum, soruları yalnızca sayıyorum. Saklamama izin verirseniz /stats yanıtsız kalanları listeleyebilir.
    }
telegram-settings-own-language = Herkesin kendi dili
telegram-settings-my-language = Telegram’daki dilim
telegram-settings-keep = Soruların metnini sakla
telegram-settings-erase = Saklamaktan vazgeç ve sil
telegram-settings-saved = Kaydedildi.
telegram-settings-admins-only = Bu grubun ayarlarını yalnızca yöneticileri görebilir ve değiştirebilir.
telegram-stats =
    Bu sohbette son bir yılda:

    Sorulan soru: { $questions }
    Yanıtlanan: { $answered } (%{ $percent })
    Oylar: 👍 { $up } · 👎 { $down }
telegram-stats-nothing = Burada sayılmış soru yok.
telegram-stats-open = Yanıtsız kalan son sorular:
telegram-stats-none-open = Soruların metnini saklamaya başladığımdan beri yanıtsız kalan olmadı.
telegram-stats-no-text = Burada soruların metnini saklamıyorum, bu yüzden yanıtsız kalanları listeleyemiyorum. Bunu /settings ile değiştirebilirsiniz.
telegram-stats-admins-only = Bu grubun istatistiklerini yalnızca yöneticileri görebilir.
telegram-forget =
    Düğmeye basarsanız bütün sohbetlerde sizinle ilgili sakladıklarımı silerim: sorduğunuz soruları, oylarınızı ve özel sohbetimizin ayarlarını. Gruplar sorularınızı saymayı sürdürür, ama artık sizin olarak değil; yanıtların altındaki düğmeler de çalışmaz.

    Belgeleri ve Telegram’daki mesajları silmem; mesajlarınızı kendiniz silebilirsiniz.
telegram-forget-kept = Sizinle ilgili sakladıklarım: { $questions } soru ve { $votes } oy.
telegram-forget-nothing = Sizinle ilgili hiçbir şey saklamıyorum.
telegram-forget-button = Sil
telegram-forget-erased = Silindi: { $questions } soru ve { $votes } oy.
telegram-forget-done = Sizinle ilgili sakladıklarımı sildim.
telegram-forget-not-yours = Bu düğme, /forget_me yazan kişi için. Siz de yazabilirsiniz.
telegram-forget-anonymous = Bir sohbet adına yazdığınız için kim olduğunuzu bilemiyorum. Lütfen /forget_me komutunu bana özel sohbetimizde yazın.

# Telegram: what a group is greeted with, one line each: who, how to ask, what the bot sees of it. The
# last two return courtesy there.

telegram-groups-who = Merhaba, ben Alıntı: yanıtları belgelerde arar, bulduğum yeri kelimesi kelimesine ve kaynağıyla gösteririm.
telegram-groups-how = Sormak için: /sor sorunuz. Bir mesaja /sor diye, benim mesajıma da sorunuzla yanıt verebilirsiniz. Ayrıntılar: /help
telegram-groups-all = Bu gruptaki bütün mesajlar bana gelir, ama yalnızca komutları, bana verilen yanıtları, { $bot } geçen mesajları ve yöneticilerin gönderdiği belgeleri okurum; ötekileri ne okur ne saklarım.
telegram-groups-admin = Yönetici olduğum için bu gruptaki bütün mesajlar bana gelir, ama yalnızca komutları, bana verilen yanıtları, { $bot } geçen mesajları ve yöneticilerin gönderdiği belgeleri okurum; ötekileri ne okur ne saklarım.
telegram-groups-privacy = Burada yalnızca komutları ve bana verilen yanıtları görürüm; { $bot } anılınca da yanıt vermem için beni yönetici yapın.
telegram-groups-greeting = Merhaba! Sormak için: /sor sorunuz
telegram-groups-thanks = Rica ederim.

# Telegram: answers in any chat, inline or as a guest. The first four stand on one line above a list.

telegram-inline-hint = Sorunuzu yazın: en az üç harf
telegram-inline-no-documents = Okuyabileceğiniz bir belge henüz yok
telegram-inline-trouble = Belgelere ulaşılamıyor; özel sohbette sorun
telegram-inline-ask-privately = Özel sohbette sorun
telegram-inline-ask = Soru sor
telegram-inline-not-found-title = Yanıt bulunamadı
telegram-inline-not-found = Belgelerde “{ $question }” sorusunun yanıtını bulamadım.
telegram-inline-gone-title = Bu alıntı artık yok
telegram-inline-gone = Bu alıntının belgesi kaldırılmış veya değişmiş ya da onu okuma izniniz yok.
telegram-guest-how-to-ask =
    Sorunuzu adımla birlikte yazın: @{ $bot } sorunuz

    Bir mesaja adımı anarak yanıt verirseniz, belgelerde onu destekleyen bir yer ararım.
telegram-guest-no-documents = Bu sohbette arayabileceğim bir belge yok.
telegram-guest-no-evidence = Belgelerde bunu destekleyen bir yer bulamadım.

# To a message of nothing but courtesy, at a prompt too.

telegram-courtesy-greeting = Merhaba! Sorunuzu yazın; yanıtını belgelerde arayıp kelimesi kelimesine göstereyim.
telegram-courtesy-thanks = Rica ederim. Başka bir sorunuz olursa yazmanız yeterli.
telegram-courtesy-closing = Aklınıza bir soru gelirse yazmanız yeterli; belgelerde arayıp gösteririm.

# ---- documents: /documents, the list of a chat and each of its entries. What a button answers must fit into 200
# characters.

telegram-command-documents = Bu sohbetin belgeleri
telegram-help-documents = /documents (ya da /belgeler) belgeleri listeler: açıp okuyabilir, yeniden adlandırabilir, kaldırabilirsiniz.
telegram-help-documents-group = /documents bu grubun belgelerini listeler. Yöneticiler onları yeniden adlandırabilir ve kaldırabilir.
telegram-documents-own = Bu sohbetin belgeleri
telegram-documents-everybody = Herkesin belgeleri
telegram-documents-count = { $count } belge, { $passages } parça
telegram-documents-none = Burada henüz belge yok. Nasıl ekleneceği: /add
telegram-documents-others = Bu sohbette başka derlemlerdeki { $count } belgede de arıyorum: /collections
telegram-documents-passages = { $count } parça
telegram-documents-pages = { $count } sayfa
telegram-documents-parts = { $count } bölüm
telegram-documents-passage = Parça { $number } / { $passages }
telegram-documents-open = 📖 Parçaları aç
telegram-documents-rename = ✏️ Yeniden adlandır
telegram-documents-remove = 🗑 Kaldır
telegram-documents-list = « Belgeler
telegram-documents-back = « Belge
telegram-documents-show = Belgeyi göster
telegram-documents-ask-removal = { $documents ->
    [one] Bu belge, { $passages } parçasıyla birlikte kaldırılsın mı? Bu geri alınamaz.
   *[other] Bu belge, { $documents } bölümünün hepsi ve { $passages } parçasıyla birlikte kaldırılsın mı? Bu geri alınamaz.
}
telegram-documents-yes = Evet, kaldır
telegram-documents-no = Hayır
telegram-documents-removed = Kaldırıldı. Bu belgeden artık hiçbir yerde alıntı yapmam.
telegram-documents-gone = Bu belge artık burada değil.
telegram-documents-ask-title = Belgenin yeni adını bu mesaja yanıt olarak yazın.
telegram-documents-renamed = Belgenin yeni adı: { $title }
telegram-documents-old = Bu düğme artık çalışmıyor. Belgeleri yeniden listelemek için: /documents
telegram-documents-admins-only = Bu grubun belgelerini yalnızca yöneticileri yeniden adlandırabilir ve kaldırabilir.

# Telegram: the language itself, and what people see before they write.

telegram-language-name = Türkçe
telegram-name = Alıntı
telegram-description =
    Sorunuzu yazın: yanıtı belgelerde arar, bulduğum yeri kelimesi kelimesine gösteririm; sorunuzu karşılayan cümle kalın yazılır, kaynağı altında durur.

    Kendimden tek söz katmam; bulamazsam bulamadığımı söylerim. Belgelerinizi bana dosya olarak gönderebilirsiniz. Gruplarda bana /sor ile sorun.
telegram-short-description = Soruları belgelerden birebir alıntılarla ve kaynağıyla yanıtlar.

# Telegram: the menu of commands.

telegram-ask-command = sor
telegram-command-ask = Belgelere bir soru sorun
telegram-command-help = Nasıl sorulur, belge nasıl eklenir?
telegram-command-settings = Dil ve soruların saklanması
telegram-command-stats = Bu sohbetin soruları, yanıtları ve oyları
telegram-command-forget-me = Benimle ilgili saklananları sil
telegram-command-start = Alıntı nedir?
telegram-command-doctor = Neler çalışıyor, neler onarılmalı?

# Telegram and terminal: /doctor and “alinti doctor”. Each line says what is, or the step that mends it.

telegram-doctor-no-token = Jeton yok. ALINTI_TOKEN değişkenine @BotFather’ın verdiği jetonu yazın.
telegram-doctor-refused = Telegram jetonu kabul etmiyor ({ $reason }). ALINTI_TOKEN değişkenine @BotFather’da /mybots, “API Token” altında görünen jetonu yazın; ALINTI_API_URL ayarlıysa doğru sunucu olduğuna bakın.
telegram-doctor-unreachable = Telegram’a { $server } adresinden ulaşılamıyor ({ $reason }). Bu makinenin ağ bağlantısına, vekil sunucu (proxy) değişkenlerine ve ALINTI_API_URL ayarına bakın.
telegram-doctor-token = Jeton { $bot } botunun.
telegram-doctor-privacy-on = Gizlilik modu açık: yönetici olmadığım gruplarda komutlar ve bana verilen yanıtlar gelir, adımın anılması gelmez. Gelsin isterseniz @BotFather’a /setprivacy gönderin, “Disable” seçin ve beni gruba yeniden ekleyin.
telegram-doctor-privacy-off = Gizlilik modu kapalı: Telegram gruplarımdaki bütün mesajları bana iletir, adımı anarak da sorulabilir. Bana yazılmayanları, yöneticilerin gönderdiği belgeler dışında, ne okurum ne saklarım.
telegram-doctor-inline = Satır içi mod açık: herhangi bir sohbette { $bot } ve bir soru yazınca alıntılar gelir.
telegram-doctor-inline-off = Satır içi mod kapalı. @BotFather’a /setinline gönderin, { $bot } botunu seçin ve boş alanda görünecek sözü yazın; örneğin “Sorunuz”.
telegram-doctor-guest = Konuk modu açık: üye olmadığım sohbetlerde de { $bot } anılınca yanıt veririm.
telegram-doctor-guest-off = Konuk modu kapalı. @BotFather’ın mini uygulamasını açın, { $bot } botunu seçin ve ayarlarında “Guest Mode” seçeneğini açın.
telegram-doctor-feedback = Satır içi geri bildirim açık: hangi alıntının seçildiği bana bildiriliyor.
telegram-doctor-feedback-unknown = Satır içi geri bildirim: seçilen bir alıntı bana henüz bildirilmedi. @BotFather’a /setinlinefeedback gönderin, { $bot } botunu ve %100 oranını seçin; sonra satır içi alıntılarımdan birini bir kez seçin.
telegram-doctor-polling = Güncellemeleri Telegram’dan ben alıyorum (polling). Orada bekleyen: { $waiting }.
telegram-doctor-polling-behind = Güncellemeleri Telegram’dan ben alıyorum (polling) ve orada bekleyen { $waiting } güncelleme var. “alinti run” komutunun çalıştığına, tek olduğuna ve günlük kayıtlarına bakın.
telegram-doctor-polling-blocked = ALINTI_WEBHOOK_URL ayarlı değil, ama Telegram güncellemeleri { $host } adresine iletiyor. Bu adresi kaldıran “alinti run” komutunu başlatın ya da ALINTI_WEBHOOK_URL ayarlayın.
telegram-doctor-webhook = Telegram güncellemeleri { $host } adresine iletiyor (webhook). Orada bekleyen: { $waiting }.
telegram-doctor-webhook-missing = ALINTI_WEBHOOK_URL ayarlı, ama Telegram { $host } adresine güncelleme iletmiyor. Adresi kaydettiren “alinti run” komutunu başlatın.
telegram-doctor-webhook-error = Telegram güncellemeleri { $host } adresine iletemedi ({ $time }: { $reason }); { $waiting } güncelleme bekliyor. “alinti run” komutunun çalıştığına, adrese internetten 443, 80, 88 ya da 8443 kapısıyla ulaşılabildiğine ve sertifikasının geçerli olduğuna bakın.
telegram-doctor-admin = Buradaki haklarım: yöneticiyim, bütün mesajlar bana gelir ve yanıt yazabilirim.
telegram-doctor-member = Buradaki haklarım: üyeyim ve yanıt yazabilirim.
telegram-doctor-silenced = Buradaki haklarım: mesaj yazamıyorum. Grubun bir yöneticisi bana mesaj gönderme izni verebilir ya da beni yönetici yapabilir.
telegram-doctor-topics = Bu grupta konular var: sorunun sorulduğu konuda yanıt veririm; kapalı bir konuda yalnızca konuları yönetebilen bir yöneticiysem.
telegram-doctor-more = Geri kalanı için bana özel sohbetimizde /doctor gönderin.
telegram-doctor-files = 20 MB’a kadar dosyalar alınabilir. --local ile başlatılıp ALINTI_API_URL ayarına yazılan kendi Bot API sunucunuzla sınır 2000 MB olur.
telegram-doctor-files-local = { $server } Bot API sunucusu, --local ile başlatıldıysa 2000 MB’a, yoksa 20 MB’a kadar dosya alır.
telegram-doctor-loading = Belgeler henüz yükleniyor. Biraz sonra yeniden sorun.
telegram-doctor-model = Model: { $model }. Kodlanan: { $total } parçadan { $done }.
telegram-doctor-model-behind = Model: { $model }, { $total } parçadan { $done } tanesini kodladı; hepsi kodlanana kadar gömülü model arar. Kalanını “alinti run” arka planda kodlar; şimdi kodlamak için: alinti encode
telegram-doctor-library = Kitaplık: { $documents } belge.
telegram-doctor-library-empty = Kitaplık: hiç belge yok. Eklemek için: alinti add DOSYA
telegram-doctor-samples = Örnekler: bu parçaların { $passages } tanesi terminalin örnek belgelerinden; hiçbir sohbette aranmazlar.
telegram-doctor-disk = Disk: { $folder } için { $free } boş.
telegram-doctor-disk-full = Disk: { $folder } için yalnızca { $free } boş. { $least } MB’ın altında yeni bir şey almam, yalnızca soruları yanıtlarım. Orada yer açın ya da ALINTI_DATA ile başka bir klasör gösterin.
telegram-doctor-disk-locked = Disk: { $folder } klasörüne yazılamıyor ({ $reason }). Bu sürecin kullanıcısına orada yazma hakkı verin ya da ALINTI_DATA ile başka bir klasör gösterin.
telegram-doctor-no-doubles = Görebildiğim kadarıyla iki kez gönderilen mesaj yok.
telegram-doctor-doubles = Başlatıldığımdan beri iki kez gönderilmiş olabilecek mesaj sayısı: { $count }. Her birinde mesaj yoldayken bağlantı koptu. Sayı artarsa bu makinenin ağ bağlantısına ve vekil sunucusuna bakın.

# Terminal: what a person reads at a prompt.

terminal-welcome = Alıntı · { $documents } belge.
terminal-samples = Henüz belge eklenmediği için örnek belgelerden yanıtlıyorum; kendi belgeleriniz için: alinti add DOSYA
terminal-try = Deneyin: Toplantı ne zaman yapıldı?
terminal-usage = Sorunuzu yazın. Boş satır sıradaki alıntıyı gösterir, q bitirir.
terminal-not-found = Belgelerde bu sorunun yanıtını bulamadım.
terminal-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazın.
terminal-near-hint = (Boş satır en yakın yerleri gösterir.)
terminal-near = Yanıt sayılmaz; en yakın yerler:
terminal-no-more = Gösterecek başka alıntı yok.
terminal-confidence = güven: %{ $percent }
terminal-adding = Ekleniyor
terminal-file-added = eklendi: { $file } ({ $passages } parça)
terminal-file-replaced = yenilendi: { $file } ({ $passages } parça)
terminal-file-copy = içeriği zaten var: { $file }
terminal-file-unchanged = zaten var: { $file }
terminal-file-series = eklendi: { $file } ({ $documents } bölüm, { $passages } parça; { $unchanged } bölüm zaten vardı)
terminal-file-gone = kaldırıldı (dosya artık yok): { $file }
terminal-parts = { $count } bölüm
terminal-watching = İzleniyor: { $folders } (bitirmek için Ctrl+C)
terminal-exported = { $file } yazıldı: { $count } belge.
terminal-imported = { $file }: { $documents } belge eklendi ({ $passages } parça), { $unchanged } belge zaten vardı.
terminal-summary = { $counts }; { $passages ->
    [0] kitaplık henüz boş.
   *[other] kitaplıkta { $passages } parça var.
}
terminal-nothing-new = Yeni bir şey yok
terminal-first-count = { $count } belge { $outcome }
terminal-next-count = { $count } { $outcome }
terminal-outcome-added = eklendi
terminal-outcome-replaced = yenilendi
terminal-outcome-unchanged = zaten vardı
terminal-outcome-unreadable = okunamadı
terminal-skipped = Atlandı (bu tür okunmuyor): { $count } dosya: { $names }
terminal-skipped-more = { $names } ve { $count } dosya daha
terminal-encoding = Bu model { $total } parçadan { $done } tanesini kodladı. Kalanı arka planda kodlanıyor; bu sırada gömülü model arıyor.
terminal-to-encode = Bu model { $total } parçadan { $done } tanesini kodladı; hepsi kodlanana kadar gömülü model arar. Kalanı kodlamak için: alinti encode
terminal-encoded = Bu modelle kodlanan: { $total } parçadan { $done }.
terminal-no-documents = Henüz hiç belge yok. Eklemek için: alinti add DOSYA
terminal-removed = { $count ->
    [one] { $id } numaralı belge kaldırıldı.
   *[other] { $id } numaralı belge, { $count } bölümüyle kaldırıldı.
}
terminal-no-such-document = { $id } numaralı bir belge yok. Numaralar için: alinti documents
terminal-column-id = no
terminal-column-title = belge
terminal-column-collection = derlem
terminal-column-chat = sohbet
terminal-column-documents = belge
terminal-column-passages = parça
terminal-column-added = eklendi
terminal-column-source = kaynak

# ---- files and texts that are added from the chat: progress, receipts, and why not. What a button answers must fit
# into 200 characters.

telegram-command-add = Belge ya da metin ekle
telegram-help-add = Belge eklemek için dosyasını buraya gönderin (PDF, Word, EPUB ve başkaları; hepsi: /add). Bir mesajı eklemek için ona /add diye yanıt verin.
telegram-help-add-group = Yöneticiler, gruptaki bir dosyaya ya da mesaja /add diye yanıt vererek onu belgelere ekleyebilir. Ben de yöneticiysem dosyayı göndermeleri yeter.
telegram-add-how =
    Belge eklemek için bana dosyasını gönderin; okuyup belgelere ekleyeyim. Okuduklarım: PDF, Word (.docx), EPUB, HTML, Markdown, düz metin, altyazı (.srt, .vtt), soru-yanıt tablosu (.csv) ve Telegram Desktop’ın dışa aktardığı result.json.

    Bir mesajı eklemek için o mesaja /add diye yanıt verin. Metni arkasına da yazabilirsiniz: /add metin
telegram-add-admins-only = Bu grubun belgelerini yalnızca yöneticileri ekleyip kaldırabilir.
telegram-add-too-many = Sırada çok sayıda dosyanız var; bunu alamadım. Onlar bitince yeniden gönderir misiniz?
telegram-add-message = mesaj
telegram-add-waiting = ⏳ { $name }: sırada
telegram-add-paused = ⏳ { $name }: diskimde yer açılmasını bekliyor
telegram-add-fetching = ⏳ { $name }: indiriliyor
telegram-add-reading = ⏳ { $name }: okunuyor
telegram-add-adding = ⏳ { $name }: ekleniyor, { $passages } parça
telegram-add-done = { $total } belgeden { $done } tanesi bitti.
telegram-add-added = Eklendi: { $pages ->
    [0] { $passages } parça.
   *[other] { $pages } sayfa, { $passages } parça.
}
telegram-add-updated = Güncellendi: { $pages ->
    [0] { $passages } parça.
   *[other] { $pages } sayfa, { $passages } parça.
}
telegram-add-series = Eklendi: { $documents } bölüm, { $passages } parça.{ $unchanged ->
    [0] {""}
   *[other] {" "}{ $unchanged } bölüm zaten vardı.
}
telegram-add-stopped = Bunlar silindi; artık eklemeyeceğim.
telegram-add-into = Derlem: { $title }.
telegram-add-already = Bu içerik zaten belgelerde; ikinci kez eklemedim.
telegram-add-older = Eski sürümü de duruyor: “{ $title }”. Kaldırayım mı?
telegram-add-older-of-list = eski sürümü de duruyor; düğmesi onu kaldırır.
telegram-add-undo-of-list = ↩ eklediğimi geri alır.
telegram-add-replace = Eskisini kaldır
telegram-add-keep = İkisi de kalsın
telegram-add-replaced = Eski sürümü kaldırıldı; artık alıntılanmıyor.
telegram-add-undo = ↩ Geri al
telegram-add-undone = Kaldırıldı.
telegram-add-removed = “{ $title }” kaldırıldı; artık alıntılanmıyor.
telegram-add-gone = Bu belge kaldırılmış.
telegram-add-ask = Soru sor
telegram-add-ask-private = Sorunuzu yazın; yanıtını belgelerde arayayım.
telegram-add-ask-group = sorunuzu bu mesaja yanıt olarak yazın; yanıtını belgelerde arayayım.
telegram-add-placeholder = Sorunuz
telegram-add-too-big = Bu dosya 20 MB’tan büyük; Telegram böylesini botlara vermiyor. Bölüp ya da küçültüp yeniden gönderin; botu işleten kişi “alinti add” komutuyla da ekleyebilir.
telegram-add-unavailable = Telegram bu dosyayı vermedi. Yeniden gönderir misiniz?
telegram-add-trouble = Bunu şu anda ekleyemedim. Biraz sonra yeniden gönderir misiniz? Botu işleten kişi nedenini günlük kayıtlarında görebilir.
telegram-add-full = Bununla, bir sohbet için tutabileceğim { $most } parça aşılıyor; /documents ile bir şey kaldırıp yeniden gönderin ya da botu işleten kişiye danışın.
telegram-add-full-partly = Yalnızca ilk bölümünü ekledim: geri kalanıyla, bir sohbet için tutabileceğim { $most } parça aşılıyor; /documents ile bir şey kaldırıp yeniden gönderin ya da botu işleten kişiye danışın.
telegram-add-no-room = Diskim neredeyse dolu olduğundan şimdilik yeni bir şey alamıyorum ama soruları yanıtlamayı sürdürüyorum; bunu daha sonra yeniden gönderin.
telegram-add-gave-up = Bunu okumayı birkaç kez denedim, olmadı; bıraktım. Başka bir biçimde kaydedip gönderir misiniz?
telegram-unreadable-damaged = Dosya bozuk görünüyor, okuyamadım. Yeniden kaydedip gönderir misiniz?
telegram-unreadable-empty = Burada alıntılanacak metin yok.
telegram-unreadable-encoding = Metnin karakter kodlamasını tanıyamadım. UTF-8 olarak kaydedip gönderir misiniz?
telegram-unreadable-encrypted = Dosya parolayla korunuyor. Parolasını kaldırıp gönderir misiniz?
telegram-unreadable-kind = Bu tür dosyaları okuyamıyorum. Okuduklarım: PDF, Word (.docx), EPUB, HTML, Markdown, düz metin, altyazı (.srt, .vtt), soru-yanıt tablosu (.csv) ve Telegram’ın result.json dosyası.
telegram-unreadable-missing = Dosyayı bulamadım. Yeniden gönderir misiniz?
telegram-unreadable-scanned = Dosyada metin bulamadım; taranmış görünüyor. Metin tanıma (OCR) uygulayıp gönderir misiniz?
telegram-unreadable-slow = Dosyayı ayrılan sürede okuyamadım. Bölüp ya da başka bir biçimde kaydedip gönderir misiniz?
telegram-unreadable-too-large = Dosyanın içindekiler okuyabileceğimden fazla. Bölüp gönderir misiniz?
telegram-unreadable-unsafe = Dosyayı güvenli bulmadığım için açmadım. Onu yapan programla yeniden kaydedip gönderir misiniz?

# ---- who is served

telegram-closed = Bu bot yalnızca tanıdığı kişilere ve gruplara açık. Kullanmak isterseniz botu işleten kişiye başvurabilirsiniz.
telegram-closed-group = Bu bot yalnızca tanıdığı gruplara açık, bu yüzden ayrılıyorum; botu işleten kişiye bu grubun numarasını ({ $id }) verirseniz beni yeniden ekleyebilirsiniz.
telegram-doctor-closed = Yalnızca ALINTI_ALLOWED listesindekilere ({ $people } kişi, { $chats } sohbet) ve bu kişilerle botu işletenlerin beni eklediği gruplara yanıt veriyorum.
telegram-closed-inline = Bu bot yalnızca tanıdığı kişilere açık

# ---- Telegram: channels. The first is a private message to who has made the bot an admin of one.

telegram-channels-greeting =
    Bundan sonra “{ $title }” kanalında yayımlananları ve değiştirilenleri okuyorum. Kanalın üyeleri bana özel sohbette, beni ekleyen tartışma grubu da /sor ile sorabilir. Kanalda kendiliğimden bir şey yazmam; orada /sor ile ya da { $bot } diye başlayan bir gönderiyle sorulursa o gönderiyi yanıtlarım.

    Eski gönderiler için Telegram Desktop’ta kanalın menüsünden “Sohbet geçmişini dışa aktar” seçin, biçim olarak JSON’u işaretleyin ve oluşan result.json dosyasını bana burada gönderin.

    Bir gönderiyi arşivden çıkarmak için kanalda ona /forget diye yanıt verin. Telegram silinen gönderileri bana bildirmez: silmeden önce /forget yazın ya da sonra ondan yaptığım bir alıntıya burada /forget diye yanıt verin.
telegram-channels-imported = Kanalın arşivine girdi: kanalın üyeleri de sorabilir.
telegram-channels-forgotten = Arşivden çıkardım: bundan böyle alıntılanmaz ve değiştirilse de yeniden okunmaz.
telegram-channels-forget-nothing = Bu, arşivde yok; alıntılanmıyor.
telegram-channels-forget-how = Bir kanal gönderisini arşivden çıkarmak için gönderiyi buraya iletip ya da ondan yaptığım alıntıyı seçip /forget diye yanıt verin.
telegram-channels-forget-refused = Bunu arşivden yalnızca ait olduğu kanalın veya sohbetin yöneticileri çıkarabilir.
telegram-channels-forget-document = Bu alıntı bir gönderiden değil, bir belgeden. Belgeleri /documents ile kaldırabilirsiniz.

# ---- collections, export, erasure. What a button answers must fit into 200 characters.

telegram-command-collections = Sorular hangi derlemlerde aranıyor?
telegram-command-export = Bu sohbetin belgelerini arşiv olarak al
telegram-command-erase = Bu sohbetle ilgili her şeyi sil
telegram-help-collections = /collections hangi derlemlerde aradığımı gösterir. /export belgelerinizi arşiv olarak verir, /erase bu sohbetle ilgili her şeyi siler. Beni engellerseniz belgelerinizi { $days } gün saklar, sonra silerim.
telegram-help-collections-group = /collections bu grupta hangi derlemlerde aradığımı gösterir. Yöneticiler için: /export grubun belgelerini arşiv olarak verir, /erase grupla ilgili her şeyi siler. Gruptan çıkarılırsam belgelerini { $days } gün saklar, sonra silerim.
telegram-collections-searched = Bu sohbetteki soruları şu derlemlerde arıyorum:
telegram-collections-line = • { $title }: { $documents } belge
telegram-collections-how = Düğmeler derlem ekler ve çıkarır; ✓ olanlarda arıyorum.
telegram-collections-operator =
    📥 burada gönderdiğiniz dosyaların gideceği derlemi seçer.

    Yalnızca siz, botu işleten kişi olarak yapabilirsiniz (ad en çok { $max } karakter):
    /collections yeni Ad
    /collections adlandır Eski ad = Yeni ad
    /collections sil Ad
# What an operator types behind /collections; the words of every language work for everybody.
telegram-collections-word-new = yeni
telegram-collections-word-rename = adlandır
telegram-collections-word-erase = sil
telegram-collections-joined = Bu sohbet artık bu derlemde de arıyor.
telegram-collections-left = Bu sohbet artık bu derlemde aramıyor.
telegram-collections-target-chosen = Burada gönderdiğiniz dosyalar artık bu derleme gidecek; sorularınızı onda da arıyorum.
telegram-collections-gone = Bu derlem artık yok ya da onu ekleme yetkiniz kalmamış.
telegram-collections-old = Bu düğme artık çalışmıyor. Yeniden listelemek için: /collections
telegram-collections-admins-only = Bu grubun derlemlerini yalnızca yöneticileri seçebilir.
telegram-collections-bad-name = Derlem için 1 ile { $max } karakter arasında, “=” içermeyen bir ad yazın; örneğin: /collections yeni Mevzuat
telegram-collections-taken = “{ $name }” adında bir derlem zaten var.
telegram-collections-made = “{ $name }” derlemi hazır. Dosyaları nereye göndereceğinizi /collections ile seçebilirsiniz; sohbetlerin yöneticileri de onu oradan ekleyebilir.
telegram-collections-renamed = Derlemin yeni adı: { $name }
telegram-collections-unknown = “{ $name }” adında bir derlem yok. Olanlar için: /collections
telegram-collections-erase = “{ $name }” derlemi { $documents } belgesiyle silinsin mi? Onu ekleyen { $chats } sohbet artık orada aramaz. Düğme { $minutes } dakika geçerli; geri dönüşü yok.
telegram-collections-erase-yes = Evet, derlemi sil
telegram-collections-erased = “{ $name }” derlemini { $documents } belgesiyle sildim. Ondan artık hiçbir yerde alıntı yapmam.
telegram-export-begun = Belgelerinizi arşivliyorum; hazır oldukça buraya gönderirim.
telegram-export-begun-private = Bu grubun belgelerini arşivliyorum; hazır oldukça size özel sohbetimizde gönderirim.
telegram-export-running = Bu sohbetin arşivini zaten hazırlıyorum; bitince yeniden isteyebilirsiniz.
telegram-export-nothing = Bu sohbetin kendi belgesi yok.
telegram-export-no-private-chat = Arşivi size özel sohbetimizde gönderirim, ama oraya henüz yazamıyorum. @{ $bot } ile sohbeti açıp /start gönderin, sonra burada yeniden /export yazın.
telegram-export-anonymous = Grup adına yazdığınız için arşivi kime göndereceğimi bilemiyorum. Anonim olmadan yeniden yazar mısınız?
telegram-export-admins-only = Bu grubun belgelerini yalnızca yöneticileri alabilir.
telegram-export-done = Arşiv tamam: { $parts } dosya. Belgeler içinde düz metin olarak duruyor; “alinti import” onları olduğu gibi geri yükler.
telegram-export-too-large = Arşivin bir dosyası 50 MB’tan büyük, Telegram böylesini botlardan almıyor. Botu işleten kişi onu “alinti export” komutuyla verebilir.
telegram-export-trouble = Arşivi tamamlayamadım; belgeleriniz yerinde duruyor. Biraz sonra yeniden deneyin. Botu işleten kişi nedenini günlük kayıtlarında görebilir.
telegram-erase =
    Bu sohbetle ilgili her şey silinsin mi?

    • { $documents } belge ({ $passages } parça) ve okunmayı bekleyenler
    • { $questions } sorunun kaydı, oyları ve yanıtların düğmeleri
    • ayarlar ve eklenen derlemler

    Telegram’daki mesajlar kalır. Düğme { $minutes } dakika geçerli; geri dönüşü yok. Belgeleri önce /export ile alabilirsiniz.
telegram-erase-yes = Evet, hepsini sil
telegram-erase-no = Vazgeç
telegram-erase-begun = Siliyorum…
telegram-erase-kept = Vazgeçtiniz; hiçbir şey silinmedi.
telegram-erase-late = Bu düğmenin süresi geçti; hiçbir şey silinmedi. Yeniden: /erase
telegram-erase-admins-only = Bu sohbetle ilgili her şeyi yalnızca yöneticileri silebilir.
telegram-erase-done = Bu sohbetle ilgili her şeyi sildim{ $documents ->
    [0] {""}
   *[other] : { $documents } belge ve { $questions } soru
}. Belgelerinden artık hiçbir yerde alıntı yapmam.
telegram-erase-trouble = Silme yarıda kaldı. Kalanı silmek için biraz sonra yeniden /erase yazın; botu işleten kişi nedenini günlük kayıtlarında görebilir.
